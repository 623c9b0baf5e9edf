"""Which adapter speaks for a channel."""

from collections.abc import Mapping
from typing import Final

from care.documents.channels import ChannelAdapter
from care.providers.adapter import Adapter
from care.providers.telegram import Telegram

ADAPTERS: Final[Mapping[ChannelAdapter, Adapter]] = {
    ChannelAdapter.TELEGRAM: Telegram(),
}
"""GENERIC and EMAIL are not in it: the one is our own protocol, the other is not HTTP."""
