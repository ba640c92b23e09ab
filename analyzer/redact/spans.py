"""What each byte of a message is: a cursor that reads like the others and notes where every field stands."""

from typing import Any, ClassVar, NamedTuple, Self

from analyzer.isakmp.cursor import Cursor, Inside, Layout, ShortError

# Forms (content.py) that are replaced as a whole: what is inside them is not read one by one
_WHOLE = frozenset(
    ("address", "subnet", "range", "text", "name", "general-name", "x509", "number", "algorithm", "oid", "addresses")
)
_WHOLE_FIELDS = frozenset(("vendor_id", "fragment_data", "token", "endpoint_name"))


class Field(NamedTuple):
    """A field of `size` bytes at `offset` of the message.

    form: of content.py, where one is known. about: what its reader was given along, such as a notify's type. number:
    it is one. secret: a credential.
    """

    offset: int
    size: int
    name: str
    form: str = ""
    about: tuple[Any, ...] = ()
    number: bool = False
    secret: bool = False


class Finder(Cursor):
    """A cursor that puts what is read into the list `found`."""

    __slots__ = ("_secret", "form", "found")
    recording: ClassVar[bool] = True

    def __init__(
        self, data: bytes, base: int, defects: list[Any], major_version: int = 0, found: list[Field] | None = None
    ) -> None:
        super().__init__(data, base, defects, major_version)
        self.found: list[Field] = [] if found is None else found
        self.form = ""
        self._secret = False

    def fields(self, layout: Layout) -> tuple[Any, ...]:
        """Read a run of fields and note each; of a run that is cut short those that are whole."""
        position = self.position
        try:
            values = super().fields(layout)
        except ShortError:
            self._note_fields(position, layout, layout.whole(self.data, position, self.stop))
            raise
        self._note_fields(position, layout, values)
        return values

    def _note_fields(self, position: int, layout: Layout, values: tuple[Any, ...]) -> None:
        for (name, _), (place, size), value in zip(layout.fields, layout.spans(), values, strict=False):
            self.found.append(Field(self.base + position + place, size, name, number=isinstance(value, int)))

    def take(self, size: int, name: str, _inside: Inside = None, *_arguments: Any) -> bytes:
        """Read bytes and note them, or the fields that they consist of."""
        position = self.position
        taken = super().take(size, name)
        self._note(position, len(taken), name, _inside, _arguments)
        return taken

    def rest(self, _name: str, _inside: Inside = None, *_arguments: Any) -> bytes:
        """Read what is left and note it, likewise."""
        position = self.position
        taken = super().rest(_name)
        self._note(position, len(taken), _name, _inside, _arguments)
        return taken

    def _note(self, position: int, size: int, name: str, inside: Inside, about: tuple[Any, ...]) -> None:
        if not size:
            return
        whole = Field(self.base + position, size, name, about=about, secret=self._secret)
        if inside is None or name in _WHOLE_FIELDS:
            self.found.append(whole)
            return
        inner = Finder(self.data, self.base, self.defects, self.major_version, self.found)
        inner.start = inner.position = position
        inner.stop = position + size
        try:
            inside(inner, *about)
        except ShortError:
            inner.rest("undecoded_bytes")
        if inner.position > inner.start:
            inner.rest("undecoded_bytes")
        else:
            self.found.append(whole._replace(form=inner.form, secret=inner._secret or self._secret))

    def _same(self) -> Self:
        return type(self)(self.data, self.base, self.defects, self.major_version, self.found)

    def formed(self, form: str) -> bool:
        """Note the form."""
        self.form = form
        return form.partition(":")[0] in _WHOLE

    def hide(self, meaning: str, name: str = "") -> None:  # noqa: ARG002  (what others show in its place)
        """Note that the bytes being read, or the field `name` read before, are a credential."""
        if not name:
            self._secret = True
            return
        place = next((i for i in range(len(self.found) - 1, -1, -1) if self.found[i].name == name), None)
        if place is not None:
            self.found[place] = self.found[place]._replace(secret=True)

    def end(self, table: str = "", value: int = 0) -> None:
        """A short attribute of a configuration may hold two letters of a name: it says so by its table alone."""
        if table.endswith("-cfg-attributes") and len(self.found) > 1:
            last = self.found[-1]
            if last.name == "attribute_value" and last.number:
                self.found[-1] = last._replace(about=(table, value))
