"""Which AWS operations the code behind an entry point may call, read from its source.

A walk from `handler` over everything named on the way: functions, classes, and methods by their names in the modules walked through.
What is named is taken for called, so the answer may hold too much, never too little.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import botocore.session
from botocore import xform_name

LAMBDAS = Path(__file__).resolve().parents[2] / "lambdas"
SIGNED_FOR_OTHERS = ("generate_presigned_post", "generate_presigned_url")


@dataclass(frozen=True)
class Call:
    """service: botocore's name. operation: as the API spells it, or the method's name where no request is sent."""

    service: str
    operation: str


@cache
def calls_of(entry: str) -> frozenset[Call]:
    """What the handler of `functions/{entry}.py` may call."""
    walk = _Walk()
    walk.module(f"functions.{entry}")
    called = (call for service in walk.services for name in walk.named for call in _operations(service).get(name, ()))
    return frozenset(called)


@dataclass
class _Module:
    """One module: its top-level names, the methods of its classes, and where its imports come from."""

    name: str

    @cached_property
    def tree(self) -> ast.Module:
        path = LAMBDAS / Path(*self.name.split("."))
        file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        return ast.parse(file.read_text())

    @cached_property
    def definitions(self) -> dict[str, ast.AST]:
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}

    @cached_property
    def methods(self) -> dict[str, list[ast.FunctionDef]]:
        found: dict[str, list[ast.FunctionDef]] = {}
        for holder in (node for node in self.tree.body if isinstance(node, ast.ClassDef)):
            for node in holder.body:
                if isinstance(node, ast.FunctionDef):
                    found.setdefault(node.name, []).append(node)
        return found

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """Local name → module and name there; a name of "" stands for the module itself."""
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module):
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    found[alias.asname or alias.name] = (inner, "") if _is_module(inner) else (node.module, alias.name)
        return found


@dataclass
class _Walk:
    """named: every attribute named on the way, and what paginators are made for."""

    modules: dict[str, _Module] = field(default_factory=dict)
    seen: set[tuple[str, int]] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    waiting: dict[str, list[tuple[_Module, ast.FunctionDef]]] = field(default_factory=dict)

    def module(self, name: str) -> None:
        """Enter a module: its statements run, the methods of its classes wait until they are named."""
        if name in self.modules:
            return
        module = self.modules[name] = _Module(name)
        for methods in module.methods.values():
            for method in methods:
                self._hold(module, method)
        for node in module.tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
                self._visit(module, node)
        for node in module.definitions.values():
            if name.startswith("functions.") and _is_an_entry(node):
                self._visit(module, node)

    def _hold(self, module: _Module, method: ast.FunctionDef) -> None:
        if method.name in self.named or (method.name.startswith("__") and method.name.endswith("__")):
            self._visit(module, method)
        else:
            self.waiting.setdefault(method.name, []).append((module, method))

    def _visit(self, module: _Module, node: ast.AST) -> None:
        if (module.name, id(node)) in self.seen:
            return
        self.seen.add((module.name, id(node)))
        for inner in _inside(node):
            match inner:
                case ast.Call(func=ast.Name(id="client"), args=[ast.Constant(value=str(service)), *_]):
                    self.services.add(service)
                case ast.Call(func=ast.Name(id="made_by"), args=[_, ast.Constant(value=str(service)), *_]):
                    self.services.add(service)
                case ast.Call(func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=str(operation))]):
                    self._name(operation)
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    self._name(name)
                    self._import(module, owner, name)
                case ast.Attribute(attr=name):
                    self._name(name)
                case ast.Name(id=name):
                    self._import(module, name)
                    if name in module.definitions:
                        self._visit(module, module.definitions[name])

    def _name(self, name: str) -> None:
        if name not in self.named:
            self.named.add(name)
            for module, method in self.waiting.pop(name, []):
                self._visit(module, method)

    def _import(self, module: _Module, local: str, attribute: str = "") -> None:
        if local in module.imports:
            source, name = module.imports[local]
            self.module(source)
            wanted = name or attribute
            if wanted in self.modules[source].definitions:
                self._visit(self.modules[source], self.modules[source].definitions[wanted])


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is below it; of a class only what runs when it is made, methods apart."""
    if not isinstance(node, ast.ClassDef):
        yield from ast.walk(node)
        return
    for part in (*node.decorator_list, *node.bases, *(each for each in node.body if not isinstance(each, ast.FunctionDef))):
        yield from ast.walk(part)


def _is_an_entry(node: ast.AST) -> bool:
    """The handler, and the functions that a decorator hands over: routes."""
    return isinstance(node, ast.FunctionDef) and (node.name == "handler" or bool(node.decorator_list))


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("causeway", "functions")


def _is_module(name: str) -> bool:
    path = LAMBDAS / Path(*name.split("."))
    return path.with_suffix(".py").is_file() or path.is_dir()


@cache
def _operations(service: str) -> dict[str, list[Call]]:
    """The client's method names with their operations."""
    model = botocore.session.get_session().get_service_model(service)
    found = {xform_name(name): [Call(service, name)] for name in model.operation_names}
    return found | ({name: [Call(service, name)] for name in SIGNED_FOR_OTHERS} if service == "s3" else {})
