"""Uploaded pictures made anew: only the pixels are kept, within limits that are checked before decoding."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Literal

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

MOST_BYTES = 12_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2048  # pixels of the new picture
QUALITY = 82  # of a photo as WebP
FLAT_COLOURS = (
    4096  # a drawing, a chart or a screenshot has fewer, and lossy compression would smear its lines
)
FEW_PIXELS = 128 * 128
LARGEST_PROFILE = 1_000_000  # bytes of a colour profile; printers' ones have half of that

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})

EMPTY = "This file is empty. Choose the picture again."
TOO_MANY_BYTES = (
    f"This picture is larger than {MOST_BYTES // 1_000_000} MB. "
    "Send a smaller one: a phone can share a photo in a reduced size."
)
TOO_MANY_PIXELS = (
    f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels. "
    "Make it smaller, or cut out what matters, and send that."
)
NO_PICTURE = "This is not a picture that can be shown here. Send a JPEG, PNG, GIF or WebP file."
HEIC = (
    "This is an HEIC picture, which most browsers cannot show. Send it as JPEG: on an iPhone, take a "
    "screenshot of it, or choose Settings › Camera › Formats › Most Compatible."
)
BROKEN = "This picture is cut off or damaged. Open it on your device, save it anew as JPEG, and send that."


class BadPicture(ValueError):
    """The file cannot be taken as a picture; the message is a sentence for who sent it."""


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture made anew: the bytes of its file, its kind, width and height in pixels."""

    data: bytes
    kind: Literal["webp"]
    width: int
    height: int


def anew(data: bytes | BinaryIO) -> NewPicture:
    """The picture of an uploaded JPEG, PNG, GIF (its first frame) or WebP file, upright and in sRGB.

    Nothing else of the file is kept: no EXIF, place, comment, profile, nor bytes after its end. At most
    `LONGEST_SIDE` pixels wide and high. Raises `BadPicture`.
    """
    content = data if isinstance(data, bytes) else data.read(MOST_BYTES + 1)
    if not content:
        raise BadPicture(EMPTY)
    if len(content) > MOST_BYTES:
        raise BadPicture(TOO_MANY_BYTES)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        raise BadPicture(HEIC)
    try:
        return _encoded(_decoded(content))
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture(TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise BadPicture(NO_PICTURE) from error
    except Exception as error:  # on a hostile file Pillow's readers raise anything
        raise BadPicture(BROKEN) from error


def _decoded(content: bytes) -> Image.Image:
    """The pixels, upright, in sRGB, of the new size; RGB or RGBA."""
    with Image.open(BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise BadPicture(TOO_MANY_PIXELS)
        profile = image.info.get("icc_profile")
        image.draft(
            "RGB", (LONGEST_SIDE, LONGEST_SIDE)
        )  # a JPEG is decoded at half or a quarter where it can be
        image.load()
        upright = _plain_mode(ImageOps.exif_transpose(image))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return _in_srgb(upright, profile)


def _plain_mode(image: Image.Image) -> Image.Image:
    """The picture as RGB, RGBA, L, LA or CMYK, from whatever its file had."""
    if image.mode in {"RGB", "RGBA", "L", "LA", "CMYK"} and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):  # 16 bits of grey, of which converting would keep the lowest 8
        return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """RGB or RGBA as sRGB; a profile that does not fit the picture is left aside."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if (
        isinstance(profile, bytes)
        and len(profile) <= LARGEST_PROFILE
        and image.mode in {"RGB", "RGBA", "CMYK"}
    ):
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            new = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            new = None
        if new is not None:
            return new
    return image.convert(mode)


def _encoded(image: Image.Image) -> NewPicture:
    # Onto a fresh one, so that nothing that Pillow remembers of the file is written again.
    fresh = Image.new(image.mode, image.size)
    fresh.paste(image)
    is_flat = fresh.width * fresh.height <= FEW_PIXELS or fresh.getcolors(FLAT_COLOURS) is not None
    file = BytesIO()
    fresh.save(file, "WEBP", lossless=is_flat, quality=QUALITY)
    return NewPicture(file.getvalue(), "webp", fresh.width, fresh.height)
