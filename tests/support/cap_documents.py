"""CAP documents for tests. Invented: none of these alerts was ever published."""

from collections.abc import Sequence

SENDER = "pusdalops@example.org"
RING = "-0.90,100.60 -0.90,100.75 -1.02,100.75 -1.02,100.60 -0.90,100.60"


def cap_info(
    language: str = "id",
    *,
    severity: str = "Severe",
    headline: str = "Hujan lebat di Kabupaten Solok",
    expires: str = "2026-12-02T18:00:00+07:00",
    areas: str = "",
    rings: Sequence[str] = (RING,),
) -> str:
    polygons = "".join(f"<polygon>{ring}</polygon>" for ring in rings)
    return (
        f"<info><language>{language}</language><category>Met</category><event>Hujan lebat</event>"
        f"<urgency>Immediate</urgency><severity>{severity}</severity><certainty>Observed</certainty>"
        f"<expires>{expires}</expires><senderName>Pusdalops Sumbar</senderName><headline>{headline}</headline>"
        "<description>Waspada banjir bandang.</description><instruction>Jauhi sungai.</instruction>"
        f"<area><areaDesc>Kubung</areaDesc>{polygons}{areas}</area></info>"
    )


def cap_document(
    identifier: str = "A1",
    *,
    sender: str = SENDER,
    sent: str = "2026-12-02T09:00:00+07:00",
    status: str = "Actual",
    message: str = "Alert",
    scope: str = "Public",
    references: str = "",
    infos: str | None = None,
    prologue: str = "",
) -> bytes:
    named = f"<references>{references}</references>" if references else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent><status>{status}</status>"
        f"<msgType>{message}</msgType><scope>{scope}</scope>{named}{cap_info() if infos is None else infos}</alert>"
    ).encode()


def reference(identifier: str, *, sender: str = SENDER, sent: str = "2026-12-02T09:00:00+07:00") -> str:
    return f"{sender},{identifier},{sent}"
