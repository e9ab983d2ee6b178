"""Results of the export and import of a bundle."""

import msgspec


class BundleExport(msgspec.Struct, frozen=True, kw_only=True):
    """The content of an exported bundle: the shape of `tabuah bundle export --json`.

    `entries` are from `devices` devices. `sealed_for` can read personal values and photos. `left_out`
    counts attachments and entries with personal values that stay here, because no recipient's key is
    known yet or the file is missing.
    """

    file: str
    bytes: int
    entries: int
    devices: int
    photos: int
    records: int
    sealed_for: tuple[str, ...]
    left_out: int


class BundleImport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of an import: the shape of `tabuah bundle import --json`.

    Of the `entries` in the bundle, `new` are relayed from now on, `recovered` are lost own work,
    `known` were here, and `forked` have a number that another entry has. `records` are new journal
    records, `photos` new photos. `their_head` is the journal head of the exporting console.
    """

    file: str
    actor: str
    device: str
    entries: int = 0
    new: int = 0
    recovered: int = 0
    known: int = 0
    forked: int = 0
    records: int = 0
    photos: int = 0
    head: int = 0
    their_head: int = 0
    remarks: tuple[str, ...] = ()
