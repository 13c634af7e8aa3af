"""Throw-away template folders for tests."""

from homeroom.catalogue import FEATURES, load_platforms
from homeroom.platforms.render import Renderer

PLAIN = "kinds: [router]\norder: [identity]\nfeatures:\n  identity: true\n" + "".join(
    f"  {feature}: not on this platform\n" for feature in FEATURES if feature != "identity"
)


def write(root, name, platform=PLAIN, **templates):
    """Write templates/<name> with its platform.yaml and `<feature>.j2` files; return the root."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "platform.yaml").write_text(platform, encoding="utf-8")
    for feature, text in templates.items():
        (folder / f"{feature}.j2").write_text(text, encoding="utf-8")
    return root


def one_template(root, text):
    """A renderer of one platform called `test` with one template, for routers."""
    return Renderer(load_platforms([write(root, "test", identity=text)]))
