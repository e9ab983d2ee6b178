"""One parsed signature for each route of all servers in a test run: parsing them takes 0.1 s a server.

Each server defines its routes again, as closures over its services. The code and the annotations stay the same, and
Litestar derives nothing else from them.
"""

from collections import defaultdict
from collections.abc import Callable
from types import CodeType
from typing import Any, NamedTuple

from litestar._kwargs.kwargs_model import KwargsModel
from litestar._signature.model import SignatureModel
from litestar.utils.signature import ParsedSignature


class _Parsed(NamedTuple):
    declared: tuple[object, ...]
    signature: ParsedSignature


def share_route_signatures() -> None:
    """Let routes with the same code, annotations and defaults share their signature and its models."""
    parse = ParsedSignature.from_fn
    known: dict[CodeType, list[_Parsed]] = defaultdict(list)

    def from_fn(fn: Callable[..., Any], namespace: dict[str, Any]) -> ParsedSignature:
        code = getattr(fn, "__code__", None)
        if code is None:
            return parse(fn, namespace)
        declared = (fn.__annotations__, fn.__defaults__, fn.__kwdefaults__, namespace)
        for parsed in known[code]:
            if parsed.declared == declared:
                return parsed.signature
        signature = parse(fn, namespace)
        known[code].append(_Parsed(declared, signature))
        return signature

    ParsedSignature.from_fn = from_fn
    SignatureModel.create = _kept(SignatureModel.create, _model_key)
    KwargsModel.create_for_signature_model = _kept(KwargsModel.create_for_signature_model, _kwargs_key)


def _kept(make: Callable[..., Any], key_of: Callable[..., tuple[object, ...] | None]) -> Callable[..., Any]:
    """Return a version of a factory that keeps its results, and the signature by whose identity it knows them."""
    known: dict[tuple[object, ...], tuple[ParsedSignature, Any]] = {}

    def call(*, parsed_signature: ParsedSignature, **options: Any) -> Any:
        key = key_of(**options)
        if key is None:
            return make(parsed_signature=parsed_signature, **options)
        key = (id(parsed_signature), *key)
        if key not in known:
            known[key] = (parsed_signature, make(parsed_signature=parsed_signature, **options))
        return known[key][1]

    return call


def _model_key(
    *,
    fn: Callable[..., Any],
    dependency_name_set: set[str],
    type_decoders: list[Any] | None,
    data_dto: object = None,
) -> tuple[object, ...] | None:
    return None if dependency_name_set or type_decoders or data_dto else (getattr(fn, "__name__", ""),)


def _kwargs_key(
    *,
    signature_model: type[SignatureModel],
    dependencies: dict[str, Any],
    path_parameters: set[str],
    layered_parameters: dict[str, Any],
    ctx: object = None,
) -> tuple[object, ...] | None:
    return None if dependencies or layered_parameters else (signature_model, frozenset(path_parameters))
