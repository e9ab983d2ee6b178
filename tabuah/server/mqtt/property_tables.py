"""The tables of MQTT's properties, made once instead of for every message.

paho-mqtt 2.2 builds three tables of up to 27 rows in each `Properties`, and one of those comes with every message of
MQTT 5: that was more than half of what a message cost the server. The tables never change, so they can be shared.
This may go when paho keeps them itself.
"""

from typing import Any

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties


def share_property_tables() -> None:
    """Let all `Properties` of this process share their tables; more than once does no harm."""
    if hasattr(Properties.__init__, "shared"):
        return
    tables = {k: v for k, v in vars(Properties(PacketTypes.PUBLISH)).items() if k != "packetType"}  # type: ignore[no-untyped-call]

    def initialise(self: Any, packet_type: int) -> None:
        self.__dict__.update(tables, packetType=packet_type)

    def clear(self: Any) -> None:
        kept = {name: self.__dict__[name] for name in (*tables, "packetType")}
        self.__dict__.clear()
        self.__dict__.update(kept)

    initialise.shared = True  # type: ignore[attr-defined]
    Properties.__init__ = initialise  # type: ignore[method-assign]
    Properties.clear = clear  # type: ignore[method-assign]
