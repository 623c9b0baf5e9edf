"""Mutations of certifications and certificates."""

from typing import Annotated, ClassVar

import strawberry

from auth.actor import Role
from care.documents.channels import ChannelKind
from coaching.levels.certificates import (
    IssueDraft,
    RevocationDraft,
    SignOffDraft,
    issue_certificate,
    revoke_certificate,
    sign_off_certificate,
)
from coaching.levels.certifications import (
    CertificationChange,
    CertificationDraft,
    create_certification,
    update_certification,
)
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.certificates import Certificate, Certification

_CERTIFICATION = "The id of the certification."
_MEMBER = "The id of the member; nobody decides on themselves."
_KINDS = "The kinds of channels on which it counts."
_CHANNELS = "The single channels on which it counts, up to 50."
_DAYS = "How many days a certificate holds, up to five years."
_REMIND = "How many days before its end its holder is reminded, up to 90."


@strawberry.input(description="What is to be asked for; what is absent is not.")
class RequirementsInput:
    """What is to be asked for."""

    course_ids: list[strawberry.ID] | None = given("The courses that must have been done, up to 20.")
    reviews: int | None = given("How many replies must have been reviewed, up to 100.")
    pass_percent: int | None = given("How many of a hundred must have left as written, the first time.")
    practice_runs: int | None = given("How many runs of practice must have been done, up to 20.")
    practice_points: int | None = given("The points of each of those, 0 to 100.")
    practice_kinds: list[ChannelKind] | None = given("On which kinds of channels those must have played; absent: any.")
    sign_off: bool | None = given("Whether a mentor must stand for them.")


@strawberry.input(description="What a certification is to be.")
class CreateCertificationInput:
    """What a certification is to be."""

    name: str = required("What it is called, 5 to 200 characters.")
    summary: str = required("What it is about.")
    channel_kinds: list[ChannelKind] | None = given(_KINDS)
    channel_ids: list[strawberry.ID] | None = given(_CHANNELS)
    requirements: RequirementsInput | None = given("What it asks for; absent: nothing.")
    exempt_roles: list[Role] | None = given("Who needs none; absent: mentors, managers and administrators.")
    valid_days: int | None = given(f"{_DAYS[:-1]}; absent: 365.")
    remind_days: int | None = given(f"{_REMIND[:-1]}; absent: 14.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createCertification`.")
class CreateCertificationPayload(Payload):
    """The answer of `createCertification`."""

    certification: Certification | None = changed("The certification; it is not enforced yet.")


@strawberry.input(description="What to change of a certification; absent stays as it is.")
class UpdateCertificationInput:
    """What to change of a certification."""

    certification_id: strawberry.ID = required(_CERTIFICATION)
    name: str | None = given("What it is called, 5 to 200 characters.")
    summary: str | None = given("What it is about.")
    channel_kinds: list[ChannelKind] | None = given(f"{_KINDS[:-1]}; taken whole.")
    channel_ids: list[strawberry.ID] | None = given(f"{_CHANNELS[:-1]}; taken whole.")
    requirements: RequirementsInput | None = given("What it asks for; taken whole.")
    exempt_roles: list[Role] | None = given("Who needs none; taken whole.")
    valid_days: int | None = given(_DAYS)
    remind_days: int | None = given(_REMIND)
    enforced: bool | None = given("Whether replies of those without a certificate are held on its channels.")
    archived: bool | None = given("Whether it is out of use.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateCertification`.")
class UpdateCertificationPayload(Payload):
    """The answer of `updateCertification`."""

    written: ClassVar[str | None] = "certification"

    certification: Certification | None = changed()


@strawberry.input(description="For whom the viewer stands.")
class SignOffCertificateInput:
    """For whom the viewer stands."""

    certification_id: strawberry.ID = required(_CERTIFICATION)
    member_id: strawberry.ID = required(_MEMBER)
    remark: str | None = given("Why.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `signOffCertificate`.")
class SignOffCertificatePayload(Payload):
    """The answer of `signOffCertificate`."""

    written: ClassVar[str | None] = "certificate"

    certificate: Certificate | None = changed()


@strawberry.input(description="Who is to be certified.")
class IssueCertificateInput:
    """Who is to be certified."""

    certification_id: strawberry.ID = required(_CERTIFICATION)
    member_id: strawberry.ID = required(_MEMBER)
    despite: str | None = given("Why although something is missing, 5 to 1,000 characters; needs `certification:manage`.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `issueCertificate`.")
class IssueCertificatePayload(Payload):
    """The answer of `issueCertificate`."""

    written: ClassVar[str | None] = "certificate"

    certificate: Certificate | None = changed()


@strawberry.input(description="Which certificate to take away, and why.")
class RevokeCertificateInput:
    """Which certificate to take away."""

    certificate_id: strawberry.ID = required("The id of the certificate.")
    reason: str = required("Why, 5 to 1,000 characters; its holder reads it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `revokeCertificate`.")
class RevokeCertificatePayload(Payload):
    """The answer of `revokeCertificate`."""

    written: ClassVar[str | None] = "certificate"

    certificate: Certificate | None = changed()


@strawberry.type
class CertificateMutations:
    """What can be done to certify."""

    @mutation(
        CreateCertificationPayload, description="Says what a certificate asks for, and where; needs `certification:manage`."
    )
    async def create_certification(self, info: Info, input: Annotated[CreateCertificationInput, INPUT]) -> object:
        """Make a certification."""
        draft = parse(CertificationDraft, **values_of(input))
        made = await create_certification(info.context.actor, draft, once=once_for(info, "createCertification", input))
        return CreateCertificationPayload(certification=Certification.from_document(made))

    @mutation(
        UpdateCertificationPayload,
        description="Changes or enforces a certification: then replies of those without it wait on its channels.",
    )
    async def update_certification(self, info: Info, input: Annotated[UpdateCertificationInput, INPUT]) -> object:
        """Change a certification."""
        told, version = parse(CertificationChange, **values_of(input, "certification_id")), input.expected_version
        found = await update_certification(info.context.actor, input.certification_id, told, expected_version=version)
        return UpdateCertificationPayload(certification=Certification.from_document(found))

    @mutation(
        SignOffCertificatePayload,
        description="Stands for a candidate; needs `reply:release`. `expectedVersion` is 0 while they have no certificate.",
    )
    async def sign_off_certificate(self, info: Info, input: Annotated[SignOffCertificateInput, INPUT]) -> object:
        """Stand for somebody."""
        draft = parse(SignOffDraft, **values_of(input))
        found = await sign_off_certificate(info.context.actor, draft, expected_version=input.expected_version)
        return SignOffCertificatePayload(certificate=Certificate.from_document(found))

    @mutation(
        IssueCertificatePayload,
        description="Certifies who shows all that is asked for; needs `training:manage`. `expectedVersion` is 0 at first.",
    )
    async def issue_certificate(self, info: Info, input: Annotated[IssueCertificateInput, INPUT]) -> object:
        """Certify somebody."""
        draft = parse(IssueDraft, **values_of(input))
        found = await issue_certificate(info.context.actor, draft, expected_version=input.expected_version)
        return IssueCertificatePayload(certificate=Certificate.from_document(found))

    @mutation(RevokeCertificatePayload, description="Takes a certificate away; needs `certification:manage`.")
    async def revoke_certificate(self, info: Info, input: Annotated[RevokeCertificateInput, INPUT]) -> object:
        """Take a certificate away."""
        draft, version = parse(RevocationDraft, **values_of(input, "certificate_id")), input.expected_version
        found = await revoke_certificate(info.context.actor, input.certificate_id, draft, expected_version=version)
        return RevokeCertificatePayload(certificate=Certificate.from_document(found))
