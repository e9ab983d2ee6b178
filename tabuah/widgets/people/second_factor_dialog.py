"""The dialog of the own second factor: set up with an authenticator app, recovery codes, and removal."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.dialog_form import DialogField, DialogForm
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import column
from tabuah.widgets.controls.qr_code import QrCode
from tabuah.widgets.people.code_page import CodePage
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_WIDTH_PX: Final = 520
_GROUP: Final = 4  # characters of the secret between two spaces
_LONGEST_CODE: Final = 40


class FactorAct(StrEnum):
    """A request of the dialog, and the code of its button."""

    SET_UP = "set_up"
    CONFIRM = "confirm"
    NEW_CODES = "new_codes"
    REMOVE = "remove"


class SecondFactorDialog(QDialog):
    """Asks for passwords and codes; it keeps none of them.

    Signals:
        act_requested: code of the act, and a dict with "password" and "code", as far as they were asked for.
        print_requested: the recovery codes as text.
    """

    act_requested = Signal(str, object)
    print_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("second_factor_dialog")
        self.setWindowTitle(_("Second factor of the own log-in"))
        password = DialogField(code="password", label=_("Your password"), secret=True)
        code = DialogField(code="code", label=_("Code of the authenticator app"), max_length=_LONGEST_CODE)
        any_code = DialogField(code="code", label=_("Code of the app, or a recovery code"), max_length=_LONGEST_CODE)
        self._picture = QrCode(name="factor_qr", label=_("QR code with the secret for the authenticator app"))
        self._secret = Text(appearance, style=TextStyle.STRONG, wrap=True)
        self._secret.setObjectName("factor_secret")
        self._secret.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.start = DialogForm(
            appearance, (password,), name="factor_start", buttons=((FactorAct.SET_UP, _("Set up")),)
        )
        self.confirm = DialogForm(
            appearance,
            (code,),
            name="factor_confirm",
            buttons=((FactorAct.CONFIRM, _("Turn on")),),
            picture=self._secret_card(),
        )
        self.change = DialogForm(
            appearance,
            (password, any_code),
            name="factor_change",
            buttons=((FactorAct.NEW_CODES, _("New recovery codes")), (FactorAct.REMOVE, _("Turn off"))),
        )
        self.codes = CodePage(appearance)
        self.codes.closed.connect(self.close)
        self.codes.print_requested.connect(self.print_requested)
        self._pages = QStackedWidget()
        for form in (self.start, self.confirm, self.change):
            form.submitted.connect(self.act_requested)
            form.cancelled.connect(self.close)
            self._pages.addWidget(form)
        self._pages.addWidget(self.codes)
        column(self).addWidget(self._pages)
        self.setFixedWidth(appearance.px(_WIDTH_PX))

    @property
    def form(self) -> DialogForm | None:
        """The form in front; None while recovery codes are shown."""
        page = self._pages.currentWidget()
        return page if isinstance(page, DialogForm) else None

    def show_state(self, *, is_active: bool, about: str) -> None:
        """Show the form of a user with or without a second factor."""
        form = self.change if is_active else self.start
        form.begin(about)
        self._show_page(form)

    def show_secret(self, secret: str, modules: Sequence[Sequence[bool]], about: str) -> None:
        """Show the secret as a QR code and as text, and ask for a code of the app."""
        groups = [secret[start : start + _GROUP] for start in range(0, len(secret), _GROUP)]
        self._secret.setText(" ".join(groups))
        self._picture.show_modules(modules)
        self.confirm.begin(about)
        self._show_page(self.confirm)

    def show_codes(self, codes: Sequence[str], about: str) -> None:
        """Show recovery codes, once."""
        self.clear()
        copied = _("Copied. Print the codes or write them down, and clear the clipboard.")
        self.codes.show_code(_("Recovery codes"), "\n".join(codes), about, copied=copied, is_printable=True)
        self._show_page(self.codes)
        self.codes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_page(self, page: QWidget) -> None:
        """Show a page at its full height, which differs by hundreds of pixels."""
        self._pages.setCurrentWidget(page)
        layout = page.layout()
        assert layout is not None
        layout.activate()
        height = max(layout.totalHeightForWidth(self.width()), page.minimumSizeHint().height())
        self.resize(self.width(), height)
        if isinstance(page, DialogForm):
            page.focus_first()

    def clear(self) -> None:
        """Forget passwords, codes and the secret."""
        for form in (self.start, self.confirm, self.change):
            form.clear()
        self._secret.clear()
        self._picture.show_modules(())

    def _secret_card(self) -> QWidget:
        card = QWidget()
        lines = column(card, spacing_px=8)
        lines.addWidget(self._picture)
        lines.addWidget(self._secret)
        return card
