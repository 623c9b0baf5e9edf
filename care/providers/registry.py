"""Which adapter speaks for a channel."""

from collections.abc import Mapping
from typing import Final

from care.documents.channels import ChannelAdapter
from care.providers.adapter import Adapter
from care.providers.meta.adapter import MetaAdapter
from care.providers.telegram import Telegram
from care.providers.x.adapter import XAdapter

ADAPTERS: Final[Mapping[ChannelAdapter, Adapter]] = {
    ChannelAdapter.META: MetaAdapter(),
    ChannelAdapter.TELEGRAM: Telegram(),
    ChannelAdapter.X: XAdapter(),
}
"""GENERIC and EMAIL are not in it: the one is our own protocol, the other is not HTTP."""
