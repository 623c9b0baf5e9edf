FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock pyproject.toml README.md ./
RUN python -m pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock
COPY . .
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
  && useradd --system --uid 10001 --home-dir /app kopru
USER kopru
EXPOSE 8000
ENTRYPOINT ["python", "-m", "kopru"]
CMD ["serve", "--host", "0.0.0.0"]
