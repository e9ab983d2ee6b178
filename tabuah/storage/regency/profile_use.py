"""Use of a profile on a console that has no server yet."""

from tabuah.resources.regency import current_regency
from tabuah.storage.cache.errors import AnotherRegency
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.regency.errors import ServersProfile
from tabuah.storage.regency.kept_profile import keep_profile
from tabuah.storage.regency.profile_file import ProfileFolder


def use_profile(store: ConsoleStore, new: ProfileFolder) -> None:
    """Keep a profile in the data directory of a console, and use it.

    Raises:
        AnotherRegency: the console has work of another regency.
        ServersProfile: the console has a server, which has the profile.
    """
    if store.server:
        raise ServersProfile(current_regency().name)
    here = current_regency()
    if store.chain_length and new.profile.kemendagri_code != here.kemendagri_code:
        raise AnotherRegency(here=here.name, there=new.profile.name)
    keep_profile(store.directory, new.profile, new.map_content)
