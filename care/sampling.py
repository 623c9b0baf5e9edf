"""Which replies of graduates are looked at: drawn by the reply's id, so that the same reply is always drawn or never."""

import hashlib
from datetime import timedelta
from typing import Final

from care.documents.channels import Channel, Environment
from care.documents.standing import SamplingPolicy, SamplingRule, SocialLevel, Standing
from care.standing import standing_id
from core.clock import now

SAMPLING_ID: Final = "smp_company"
_PARTS: Final = 10_000


def is_drawn(message_id: str, percent: int) -> bool:
    """Tell whether a reply is among so many of a hundred."""
    part = int.from_bytes(hashlib.sha256(message_id.encode()).digest()[:8], "big") % _PARTS
    return part < percent * _PARTS // 100


def level_of(standing: Standing) -> SocialLevel:
    """Give the level that counts: one lower once nobody looked at it again in time."""
    ladder = list(SocialLevel)
    return ladder[max(0, ladder.index(standing.level) - 1)] if standing.lapsed else standing.level


async def sampling_policy() -> SamplingPolicy | None:
    """Give the policy; None while nobody has set any."""
    return await SamplingPolicy.get(SAMPLING_ID)


async def rule_for(member_id: str, channel_id: str, policy: SamplingPolicy | None) -> SamplingRule | None:
    """Give the rule by which replies of a member on a live channel are drawn; None for who was never placed, and for no rule."""
    if policy is None or not policy.rules:
        return None
    standing, channel = await Standing.get(standing_id(member_id)), await Channel.get(channel_id)
    if standing is None or channel is None or channel.environment is not Environment.LIVE:
        return None
    return next((rule for rule in policy.rules if _fits(rule, standing, channel)), None)


def _fits(rule: SamplingRule, standing: Standing, channel: Channel) -> bool:
    if standing.reached_at is None or (rule.levels and level_of(standing) not in rule.levels):
        return False
    if rule.channel_kinds and channel.kind not in rule.channel_kinds:
        return False
    return rule.within_days is None or now() <= standing.reached_at + timedelta(days=rule.within_days)
