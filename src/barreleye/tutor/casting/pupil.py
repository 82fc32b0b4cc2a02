"""A learner's functions as the checks see them: called by what they compute, with arguments in their own form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ...nn.activations import Activation
from ..equations import Compute, Line, Work, example, forward_sheet, worked
from ..judgement import Judgement, Share
from ..running.answers import Answer, Function, Held
from ..running.calling import Runner
from ..running.records import Record
from ..search import Slip, attempted
from .arguments import argument_keys, shared_activation, shared_penalty
from .classes import answer_of_method, as_attributes, names_used, without_object
from .forms import halves, told, usual_forms
from .layers import ROLES as PARTS_OF_A_LAYER
from .layers import Layer, backward_of_method, forward_of_method, layer_of, parts_of
from .layouts import Name, Path, at, prefixed, read, replaced, shaped_like
from .naming import key_of
from .reading import Reading
from .returned import held
from .roles import ROLES, network_of, role_by_name, roles_of


class Casting(NamedTuple):
    """The function that plays each role, those that play none, and the layer, where they are methods of its class."""

    cast: Mapping[str, Function]
    others: tuple[Function, ...]
    layer: Layer | None = None


@dataclass(frozen=True)
class Pupil:
    """The functions of a file, how they are called, and what is known of those that were judged before.

    reading    how the file means its network: what goes to its functions and what comes back is laid out by it
    before     for each role, what its function's judgement was
    casting    the function of each role, and those of none, where they are known already
    """

    runner: Runner
    reading: Reading = field(default_factory=Reading)
    before: Mapping[str, Judgement] = field(default_factory=dict)
    casting: Casting | None = None
    _by_place: dict[str, dict[str, str]] = field(default_factory=dict)
    _templates: dict[tuple[int, ...], tuple[Any, dict[Name, Path]]] = field(default_factory=dict)
    _passed: list[tuple[Held, Any]] = field(default_factory=list)  # the object after a forward pass, and before

    def knowing(self, role: str, known: Judgement) -> "Pupil":
        """The same, knowing more. An initialization that is broken shows no form of the parameters."""
        made = {} if known.broken and role.startswith("initialize") else self._templates
        return replace(self, before={**self.before, role: known}, casting=self._cast, _templates=made)

    @cached_property
    def _cast(self) -> Casting:
        if self.casting is not None:
            return self.casting
        network = network_of(self.runner.functions)
        cast, others = roles_of(self.runner.functions, network)
        if network and not replace(self, casting=Casting(cast, others))._is_made(network):
            network = ""
            cast, others = roles_of(self.runner.functions)
        if network or any(role.startswith(("forward", "linear")) for role in cast):
            return Casting(cast, others)
        methods = parts_of((one, role_by_name(one)) for one in self.runner.functions)
        layer = layer_of(self.runner, methods)
        parts = methods[layer.owner] if layer else {}
        return Casting(
            {**cast, **{one: parts[part] for part, one in PARTS_OF_A_LAYER.items() if part in parts}}, others, layer
        )

    @property
    def cast(self) -> Mapping[str, Function]:
        """The function that plays each role."""
        return self._cast.cast

    @property
    def others(self) -> tuple[Function, ...]:
        """The functions that play none."""
        return self._cast.others

    @cached_property
    def slips(self) -> Mapping[str, tuple[Slip, ...]]:
        """For each role that was explained, the slips that explain it."""
        return {role: known.slips for role, known in self.before.items() if known.slips is not None}

    @cached_property
    def broken(self) -> frozenset[str]:
        """The roles that are wrong in a way that has no name, or that could not be run."""
        return frozenset(role for role, known in self.before.items() if known.broken)

    @cached_property
    def own_way(self) -> frozenset[str]:
        """The roles that are right in a way of the learner's own."""
        return frozenset(role for role, known in self.before.items() if known.own_way)

    @cached_property
    def shown(self) -> Mapping[str, Activation]:
        """For each forward role, the hidden activation that it has shown."""
        return {role: known.hidden for role, known in self.before.items() if known.hidden is not None}

    @cached_property
    def misheld(self) -> Mapping[str, Mapping[Name, Name]]:
        """For each role with a cache that holds others, the names in it and what they hold."""
        return {role: known.misheld for role, known in self.before.items() if known.misheld is not None}

    @property
    def penalty(self) -> float:
        """The lambda of the L2 penalty that the cost has."""
        return max((known.penalty for known in self.before.values()), default=0.0)

    @property
    def share(self) -> Share:
        """What the backward pass leaves to the update."""
        return next((known.share for known in self.before.values() if known.share is not None), lambda v: 1.0)

    def fragile(self, role: str) -> frozenset[str]:
        """The names of a function's fragilities."""
        return self.before[role].fragile if role in self.before else frozenset()

    def told_of(self, name: str) -> str:
        """The function of which it was said that a name is nowhere; "" where there is none."""
        return next((self.cast[role].name for role, known in self.before.items() if known.undefined == name), "")

    def _is_made(self, network: str) -> bool:
        """Whether the objects of a class can be made for layers of given sizes, and hold their weights."""
        n = (3, 4, 1)
        role = next((one for one in ("initialize", "initialize_deep") if one in self.cast), None)
        if role is None or self.cast[role].owner != network:
            return False
        answer = self.started(role, n)
        paths = read(answer.value, self.shapes(n)) if answer.trouble is None else {}
        shapes = {l: np.shape(at(answer.value, paths["W", l])) for l in (1, 2) if ("W", l) in paths}
        return {l: set(shape) for l, shape in shapes.items()} == {1: {3, 4}, 2: {4, 1}}

    def call(self, role: str, available: Mapping[str, Any]) -> Answer:
        """Call the function that plays a role with what its arguments ask for; the others keep their defaults.

        A letter says little: where a function stops, its arguments are tried in the course's order too, cost(p, t).
        """
        function = self.cast[role]
        if function.takes_object:
            available = {"learning_rate": 0.5, **available, "self": self._object(role, available)}
        keys = argument_keys(function, role, available)
        answer = self._called(role, self._by_place.get(role, keys), available)
        if answer.trouble is not None and (function.has_varargs or function.has_varkw):
            one_by_one = self._spread(role, keys, available)
            answer = answer if one_by_one.trouble is not None else one_by_one
        if answer.trouble is None or role in self._by_place:
            return answer
        by_place = argument_keys(function, role, available, vague=True)
        if by_place == keys:
            return answer
        again = self._called(role, by_place, available)
        if again.trouble is not None:
            return answer
        self._by_place[role] = by_place
        return again

    def given(self, role: str, available: Mapping[str, Any]) -> Mapping[str, str]:
        """What each argument of the function that plays a role is given, by name."""
        return self._by_place.get(role, argument_keys(self.cast[role], role, available))

    def _called(self, role: str, keys: Mapping[str, str], available: Mapping[str, Any]) -> Answer:
        function = self.cast[role]
        chosen = {name: available[key] for name, key in keys.items() if key in available}
        first = (available["self"],) if function.takes_object else ()
        rest = [key for key in ROLES[role].required if key in available and key not in keys.values()]
        if function.has_varargs:
            named = [chosen.pop(one.name) for one in function.parameters if one.required and one.name in chosen]
            return self._answered(role, *first, *named, *(available[key] for key in rest), **chosen)
        if function.has_varkw:
            chosen |= {key: available[key] for key in rest}
        return self._answered(role, *first, **chosen)

    def _spread(self, role: str, keys: Mapping[str, str], available: Mapping[str, Any]) -> Answer:
        """The call of a function that collects the parameters one by one: forward(X, *parameters)."""
        function = self.cast[role]
        chosen = {name: available[key] for name, key in keys.items()}
        names = [f"{quantity}{l}" for l in range(1, 9) for quantity in ("W", "b")]
        each = {name: available[name] for name in names if name in available and name not in keys.values()}
        first = (available["self"],) if function.takes_object else ()
        if not function.has_varargs:
            return self._answered(role, *first, **chosen, **each)
        named = [chosen.pop(one.name) for one in function.parameters if one.required and one.name in chosen]
        return self._answered(role, *first, *named, *each.values(), **chosen)

    def _answered(self, role: str, /, *args: Any, **kwargs: Any) -> Answer:
        """The answer to these arguments, both laid out at this border."""
        function = self.cast[role]
        given, by_name = self.reading.handed((args, kwargs))
        answer = self.reading.received(self.runner.call(function.name, *given, **by_name))
        if not function.takes_object:
            return answer
        answer = without_object(answer)
        before = args[0] if isinstance(args[0], Record) else self._passed[-1][1] if self._passed else None
        if role.startswith(("forward", "linear_forward")):
            self._passed[:] = [(Held(answer.call, (1,)), before)]
        rate = next((rate for name, rate in kwargs.items() if key_of(name) == "learning_rate"), None)
        if self._cast.layer is not None and role == "linear_forward":
            return forward_of_method(answer)
        if self._cast.layer is not None and role == "linear_backward":
            return backward_of_method(answer, self._cast.layer, before, rate or 1.0)
        return answer_of_method(role, answer, before, rate)

    def _object(self, role: str, available: Mapping[str, Any]) -> Any:
        """The object that a method is called with: new for an initialization, after the forward pass for what follows
        on it, else with these parameters."""
        owner = self.cast[role].owner
        if self._cast.layer is not None and role == "linear_backward":
            self.call("linear_forward", available)
            return self._passed[-1][0] if self._passed else {}
        layer = self._cast.layer
        if layer is not None and role == "linear_forward":
            flat = at(layer.template, layer.b).ndim == 1
            return layer.filled(available["W"], np.ravel(available["b"]) if flat else available["b"])
        if role.startswith("initialize"):
            maker = next(one for one in self.runner.functions if one.name == f"{owner}.__init__")
            keys = argument_keys(maker, role, available)
            return held(self.runner.call(maker.name, **{name: available[key] for name, key in keys.items()}))
        if role == "cost" and "forward" in self.cast and "X" in available:
            self.call("forward", available)
        if (
            role in ("cost", "backward", "backward_deep")
            and self._passed
            and not isinstance(available.get("cache"), Mapping)
        ):
            return self._passed[-1][0]
        parameters = available["parameters"] if "parameters" in available else self.template((3, 4, 1))[0]
        left = available.get({"update": "grads", "backward": "cache"}.get(role.removesuffix("_deep"), ""))
        return Record(owner, {**as_attributes(parameters), **as_attributes(left)})

    @property
    def hidden(self) -> Activation | None:
        """The hidden activation that a forward function has shown; of two, the deep one's."""
        return self.hidden_of("")

    def hidden_of(self, role: str) -> Activation | None:
        """The hidden activation of the network that a role belongs to: of two layers, or deep."""
        deep = role.endswith("deep") or "forward_deep" in (self.helpers(role) if role in self.cast else ())
        first, second = ("forward_deep", "forward") if deep or not role else ("forward", "forward_deep")
        return self.shown.get(first) or self.shown.get(second)

    def helpers(self, role: str) -> tuple[str, ...]:
        """The roles of the learner's own functions that this role's function calls, directly or through others."""
        reached: list[str] = []
        waiting = [self.cast[role]]
        while waiting:
            names = names_used(one := waiting.pop())
            if (
                one.takes_object
                and role == "cost"
                and "AL" not in argument_keys(one, role, {"AL": 0, "X": 0, "Y": 0}).values()
            ):
                names |= {other.name for key, other in self.cast.items() if key.startswith("forward")}
            for other, function in self.cast.items():
                if other != role and other not in reached and function.name in names:
                    reached.append(other)
                    waiting.append(function)
        return tuple(reached)

    def inherited(self, role: str) -> tuple[Slip, ...]:
        """The slips of the functions that this one calls: already reported, and to be forgiven here."""
        return tuple(dict.fromkeys(slip for helper in self.helpers(role) for slip in self.slips.get(helper, ())))

    def leans_on_broken(self, role: str) -> tuple[str, ...]:
        """Functions that this one calls and that are wrong in a way nobody can work out again."""
        return tuple(self.cast[helper].name for helper in self.helpers(role) if helper in self.broken)

    def leans_on_unexplained(self, role: str, sheet: Iterable[Line]) -> tuple[str, ...]:
        """Wrong functions behind this one, or behind its cache, that nobody can work out again on these lines."""
        equations = {one.equation for one in sheet}
        partly = [
            self.cast[helper].name
            for helper in self.helpers(role)
            if any(equations.isdisjoint(slip.mistake.computes) for slip in self.slips.get(helper, ()))
        ]
        behind = [name for one in self.makers(role) if one not in self.broken for name in self.leans_on_broken(one)]
        return tuple(dict.fromkeys((*self.leans_on_broken(role), *partly, *behind)))

    def leans_on_wrong(self, role: str) -> tuple[str, ...]:
        """Reported functions that this one calls, or that make its cache: without them it might have run."""
        leaning = dict.fromkeys((*self.helpers(role), *self.makers(role)))
        wrong = {*self.broken, *self.misheld, *(one for one, slips in self.slips.items() if slips)}
        return tuple(self.cast[one].name for one in leaning if one in wrong)

    def makers(self, role: str) -> list[str]:
        """The functions that make the cache which a backward pass is given."""
        return [one for one in self.cast if one.startswith("forward")] if role.startswith("backward") else []

    def worked_as(self, role: str, v: Work) -> Work:
        """v after a forward pass with the slips that this role's function makes, where they can be made on v."""
        sheet = forward_sheet(v.L)
        edits: dict[Line, Compute] = {}
        for slip in self.slips.get(role, ()):
            more = edits | slip.edits(sheet)
            edits = edits if attempted(sheet, v, more) is None else more
        return worked(sheet, v, edits)

    # Parameters in the learner's own form

    def parameters(self, v: Work, prefix: str = "") -> Any:
        """W and b of v (with prefix "d" its dW and db) as the learner's functions take parameters."""
        W, b = (v.dW, v.db) if prefix else (v.W, v.b)
        template, paths = self.template(sizes(v))
        values: dict[Name, Any] = {("W", l): W[l] for l in W} | {("b", l): b[l] for l in b}
        values = {name: self.reading.turned(name, value) for name, value in values.items()}
        filled = {path: shaped_like(values[name], at(template, path)) for name, path in paths.items()}
        return prefixed(replaced(template, filled), prefix)

    def template(self, n: tuple[int, ...]) -> tuple[Any, dict[Name, Path]]:
        """What the learner's initialization returns for layer sizes n, and where each parameter is in it.

        Where there is no initialization, or it does not return all of them: the first of the usual forms on which the
        learner's function runs, else the course's.
        """
        if n not in self._templates:
            self._templates[n] = self._learners_template(n) or self._usual_template(n)
        return self._templates[n]

    def _usual_template(self, n: tuple[int, ...]) -> tuple[Any, dict[Name, Path]]:
        shapes = self.shapes(n)
        forms = [(form, read(form, shapes)) for form in usual_forms(shapes)]
        reader = next((role for role in READERS if role in self.cast), None)
        v = self.example(n, 7, 0)
        v = replace(v, dW=v.W, db=v.b)
        for form in forms if reader else ():
            self._templates[n] = form
            if self.call(str(reader), self.available(v, grads=self.parameters(v, "d"))).trouble is None:
                return form
        return forms[0]

    def _learners_template(self, n: tuple[int, ...]) -> tuple[Any, dict[Name, Path]] | None:
        makers = ("initialize_deep", "initialize") if len(n) == 3 else ("initialize_deep",)
        role = next((one for one in makers if one in self.cast.keys() - self.broken), None)
        if role is None:
            return None
        answer, shapes = self.started(role, n), self.shapes(n)
        paths = read(answer.value, shapes) if answer.trouble is None else {}
        return (answer.value, paths) if set(paths) == set(shapes) else None

    def started(self, role: str, n: Sequence[int]) -> Answer:
        """What an initialization gives for layers of these sizes: they are told, else shown by an X and a Y."""
        answer = self.call(role, told(n))
        if answer.trouble is None or answer.trouble.kind != "exception":
            return answer
        data = self.reading.data(np.zeros((n[0], 7)), np.zeros((n[-1], 7)))
        by_data = self.call(role, {**told(n), **data})
        return answer if by_data.trouble is not None else by_data

    def flat(self, v: Work) -> dict[str, Any]:
        """Each quantity that v has by its name alone, for functions that take W1, b1, A2 one by one."""
        return {f"{quantity}{l}": value for (quantity, l), value in self.named(v).items()}

    def named(self, v: Work) -> dict[Name, Any]:
        """Each quantity that v has, in the form in which the learner has it."""
        template, paths = self.template(sizes(v))
        found: dict[Name, Any] = {}
        for quantity in ("W", "b", "Z", "A", "dW", "db", "dZ", "dA"):
            for l, value in getattr(v, quantity).items():
                like = at(template, paths["b", l]) if quantity in ("b", "db") and ("b", l) in paths else None
                value = self.reading.turned((quantity, l), value)
                found[quantity, l] = value if like is None else shaped_like(value, like)
        return found

    def example(self, n: tuple[int, ...], m: int, seed: int, hidden: Activation | None = None, **how: Any) -> Work:
        """A random example as the file means its network: for several classes with more than one output unit."""
        if self.reading.classes and len(set(n)) > 1:
            n, m = self.reading.sizes(n), m + 6 * self.reading.whole  # a label of each kind
        return example(n, m, seed, hidden, output=self.reading.output, biases=self.reading.biases, **how)

    def shapes(self, n: Sequence[int], prefix: str = "") -> dict[Name, tuple[int, ...]]:
        """The shape of each W[l] and b[l], or of their gradients, as the file has them."""
        shapes = {name: self.reading.shape(name, shape) for name, shape in parameter_shapes(n, prefix).items()}
        return {name: shape for name, shape in shapes.items() if self.reading.biases or not name[0].endswith("b")}

    def parameters_in(self, tree: Any, n: Sequence[int]) -> dict[Name, Any]:
        """W and b for layers of these sizes in what was returned, each W as the course has it."""
        return {name: self.reading.turned(name, at(tree, path)) for name, path in read(tree, self.shapes(n)).items()}

    def quantities(self, tree: Any, v: Work, names: Iterable[Name]) -> dict[Name, Any]:
        """These quantities in what was returned, as the course has them: gradients have the shapes of what they are of.

        A bias that has the shape of the learner's own biases, or is flat where samples are rows, is a column.
        """
        own = self.named(v)
        shapes = {(q, l): np.shape(own[q.removeprefix("d"), l]) for q, l in names}
        found: dict[Name, Any] = {}
        for name, path in read(tree, shapes).items():
            value = self.reading.turned(name, at(tree, path))
            column = np.shape(value) == shapes[name] or (self.reading.rows and np.ndim(value) == 1)
            found[name] = np.reshape(value, (-1, 1)) if name[0].endswith("b") and column else value
        return found

    def available(self, v: Work, **more: Any) -> dict[str, Any]:
        """All that a function may ask for: data, parameters in the learner's form, each quantity by name, and more."""
        given = {
            **self.reading.data(v.X, v.Y),
            "Y_one_hot": v.Y,
            "m": v.m,
            "learning_rate": v.learning_rate,
            "print_cost": False,
        }
        given |= {"activation": shared_activation(self.cast), "lambd": shared_penalty(self.cast)}
        given |= {"parameters": self.parameters(v)}
        n = sizes(v)
        AL = {"AL": v.A[v.L]} if v.L in v.A else {}
        apart = halves(given["parameters"], self.template(n)[1])
        if "grads" in more:
            apart |= halves(more["grads"], read(more["grads"], self.shapes(n, "d")))
        return {**self.flat(v), **given, **apart, **told(n), **AL, **more}


READERS = ("forward", "forward_deep", "predict", "update", "update_deep")
"""The functions that show by running, or by stopping, whether parameters have the form that they expect."""


def sizes(v: Work) -> tuple[int, ...]:
    """n[0], ..., n[L]."""
    return (int(v.A[0].shape[0]), *(int(v.W[l].shape[0]) for l in range(1, v.L + 1)))


def parameter_names(v: Work, prefix: str = "") -> list[Name]:
    """W[l] and b[l] of every layer, or dW[l] and db[l]; no b where there are no biases."""
    layers = range(1, v.L + 1)
    return [(f"{prefix}{q}", l) for l in layers for q in ("W", "b") if q == "W" or np.ndim(v.b[l])]


def parameter_shapes(n: Sequence[int], prefix: str = "") -> dict[Name, tuple[int, ...]]:
    """The shape of each W[l] and b[l], or of dW[l] and db[l]."""
    shapes: dict[Name, tuple[int, ...]] = {}
    for l in range(1, len(n)):
        shapes[f"{prefix}W", l] = (n[l], n[l - 1])
        shapes[f"{prefix}b", l] = (n[l], 1)
    return shapes
