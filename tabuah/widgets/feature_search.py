"""PySide's search for modules that select its alternative names, switched off: it reads every source file.

PySide6 6.11 hooks `import`. Once Qt is loaded, it reads the source of each imported module and looks for the word
"PySide6", because such a module may select `snake_case` or `true_property` (`from __feature__ import …`). No module
of this program or of its packages does. The 900 files took an eighth of a start, and their text stayed in memory.
Remove this module when PySide looks only after a feature was selected.
"""

import sys
from types import ModuleType
from typing import Final

import PySide6.QtCore  # noqa: F401 - loads the hook

_HOOK: Final = "shibokensupport.feature"
_SEARCH: Final = "_mod_uses_pyside"


def skip_feature_search() -> bool:
    """Make PySide treat every module as one that uses the normal names; return whether this PySide has the search."""
    hook = sys.modules.get(_HOOK)
    if not hasattr(hook, _SEARCH):
        return False
    setattr(hook, _SEARCH, _has_normal_names)
    return True


def _has_normal_names(_module: ModuleType) -> bool:
    return True
