"""Layer settings of the user, on top of the style file: visibility, opacity and order."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

_STEP: Final = 1.0


class LayerChoices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Opacity and order by layer name; layers that are not named follow the style."""

    opacities: dict[str, Annotated[float, msgspec.Meta(ge=0, le=1)]] = {}
    orders: dict[str, float] = {}

    def with_opacity(self, name: str, opacity: float) -> "LayerChoices":
        """Return a copy with this opacity for a layer; full opacity is not stored."""
        changed = {**self.opacities, name: min(max(opacity, 0.0), 1.0)}
        return LayerChoices(opacities=changed, orders=self.orders)

    def with_order(self, name: str, order: float) -> "LayerChoices":
        """Return a copy in which a layer has another position."""
        return LayerChoices(opacities=self.opacities, orders={**self.orders, name: order})

    def without(self, name: str) -> "LayerChoices":
        """Return a copy in which a layer follows the style."""
        return LayerChoices(
            opacities={other: value for other, value in self.opacities.items() if other != name},
            orders={other: value for other, value in self.orders.items() if other != name},
        )


NO_CHOICES: Final = LayerChoices()


def order_after_move(rows: Sequence[tuple[str, float]], name: str, *, up: bool) -> float | None:
    """Return the order that moves a layer one row up or down; None at the end of the list.

    Args:
        rows: name and order of the layers, top layer first, as in the panel.
        name: the layer to move.
        up: towards the top layer.
    """
    orders = [order for _name, order in rows]
    at = next(index for index, (other, _order) in enumerate(rows) if other == name)
    over = at - 1 if up else at + 1
    if not 0 <= over < len(rows):
        return None
    beyond = over - 1 if up else over + 1
    passed = orders[over]
    limit = orders[beyond] if 0 <= beyond < len(rows) else passed + (2 * _STEP if up else -2 * _STEP)
    return (passed + limit) / 2 if limit != passed else passed + (_STEP / 100 if up else -_STEP / 100)
