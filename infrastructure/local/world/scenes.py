"""Pictures of places that do not exist, drawn from a seed: hills, a harbour, a town at night, fields."""

import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
SIZE = (1280, 853)
_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((38, 70, 130), (250, 190, 150)),
    ((96, 165, 220), (228, 240, 246)),
    ((62, 38, 96), (246, 138, 108)),
    ((120, 150, 170), (236, 226, 206)),
)
_NIGHT: tuple[Colour, Colour] = ((10, 16, 40), (58, 60, 110))


def draw(name: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """The picture of this name: the same name, the same picture. Drawn twice as large, its edges are smooth."""
    chance = random.Random(name)  # noqa: S311 - the same picture from the same name
    scene = chance.choice((_hills, _hills, _harbour, _town, _fields))
    large = (size[0] * 2, size[1] * 2)
    return scene(chance, large).resize(size, Image.Resampling.LANCZOS)


def encoded(name: str, image_format: str, size: tuple[int, int] = SIZE) -> bytes:
    out = io.BytesIO()
    draw(name, size).save(out, image_format, **({"quality": 88} if image_format == "JPEG" else {"optimize": True}))
    return out.getvalue()


def mixed(one: Colour, other: Colour, part: float) -> Colour:
    """A colour between two."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def gradient(size: tuple[int, int], above: Colour, below: Colour) -> Image.Image:
    column = Image.new("RGB", (1, 256))
    for y in range(256):
        column.putpixel((0, y), mixed(above, below, y / 255))
    return column.resize(size, Image.Resampling.BICUBIC)


def _sky(chance: random.Random, size: tuple[int, int], colours: tuple[Colour, Colour]) -> Image.Image:
    """A sky with its sun, and the light around it."""
    width, height = size
    image = gradient(size, *colours)
    x, y = chance.uniform(0.2, 0.8) * width, chance.uniform(0.22, 0.42) * height
    radius = chance.uniform(0.04, 0.07) * height
    glow = Image.new("L", (width // 8, height // 8))
    ImageDraw.Draw(glow).ellipse([(v + d * 3.2 * radius) / 8 for d in (-1, 1) for v in (x, y)], fill=150)
    glow = glow.filter(ImageFilter.GaussianBlur(radius / 6)).resize(size, Image.Resampling.BICUBIC)
    image.paste((255, 236, 200), mask=glow)
    ImageDraw.Draw(image).ellipse([v + d * radius for d in (-1, 1) for v in (x, y)], fill=(255, 246, 226))
    return image


def _ridge(chance: random.Random, size: tuple[int, int], base: float, rough: float) -> list[tuple[float, float]]:
    """A line of hills from waves of several lengths, closed below the picture."""
    width, height = size
    waves = [(chance.uniform(0.6, 1.6) * 2**n, chance.uniform(0, math.tau), rough / 1.9**n) for n in range(6)]
    points = []
    for x in range(0, width + 8, 8):
        rise = sum(a * math.sin(f * math.tau * x / width + p) for f, p, a in waves)
        points.append((float(x), height * (base - rise)))
    return [(0.0, float(height)), *points, (float(width + 8), float(height))]


def _hills(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    sky = chance.choice(_SKIES)
    image = _sky(chance, size, sky)
    pen = ImageDraw.Draw(image)
    near = chance.choice(((24, 52, 48), (34, 40, 66), (58, 44, 40)))
    layers = 5
    for number in range(layers):
        part = (number + 1) / layers
        colour = mixed(mixed(sky[1], near, 0.25), near, part)
        pen.polygon(_ridge(chance, size, 0.46 + 0.42 * part, 0.085 - 0.008 * number), fill=colour)
    _trees(chance, pen, size, mixed(near, (0, 0, 0), 0.35))
    return image


def _trees(chance: random.Random, pen: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour) -> None:
    width, height = size
    for _ in range(chance.randint(14, 26)):
        x, foot = chance.uniform(0, width), height * chance.uniform(0.93, 1.04)
        tall = height * chance.uniform(0.08, 0.18)
        for step in range(4):
            half, top = tall * (0.10 + 0.06 * step), foot - tall * (1 - 0.2 * step)
            pen.polygon([(x, top), (x - half, top + tall * 0.34), (x + half, top + tall * 0.34)], fill=colour)


def _harbour(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    sky = chance.choice(_SKIES)
    horizon = round(height * 0.58)
    image = _sky(chance, size, sky)
    pen = ImageDraw.Draw(image)
    pen.polygon(_ridge(chance, (width, horizon), 0.93, 0.05), fill=mixed(sky[0], (40, 50, 70), 0.55))
    water = image.crop((0, 0, width, horizon)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    water = water.resize((width, height - horizon)).filter(ImageFilter.GaussianBlur(18))
    image.paste(Image.blend(water, Image.new("RGB", water.size, (24, 60, 92)), 0.45), (0, horizon))
    for _ in range(240):
        y = horizon + (height - horizon) * chance.random() ** 1.6
        x, long = chance.uniform(0, width), 30 + 170 * (y - horizon) / (height - horizon) * chance.random()
        pen.line([(x, y), (x + long, y)], fill=mixed(sky[1], (255, 255, 255), 0.3), width=3)
    for _ in range(chance.randint(3, 5)):
        _boat(chance, pen, width, horizon + (height - horizon) * chance.uniform(0.06, 0.62), height)
    return image


def _boat(chance: random.Random, pen: ImageDraw.ImageDraw, width: int, y: float, height: int) -> None:
    x, long = chance.uniform(0.08, 0.86) * width, height * chance.uniform(0.09, 0.16)
    hull = chance.choice(((176, 58, 46), (238, 238, 230), (30, 64, 110), (222, 160, 60)))
    pen.polygon(
        [(x, y), (x + long, y), (x + long * 0.84, y + long * 0.2), (x + long * 0.14, y + long * 0.2)], fill=hull
    )
    mast = x + long * 0.46
    pen.line([(mast, y), (mast, y - long)], fill=(70, 60, 54), width=8)
    pen.polygon([(mast + 8, y - long), (mast + 8, y - 20), (mast + long * 0.45, y - 20)], fill=(250, 248, 240))
    pen.polygon([(mast - 8, y - long * 0.9), (mast - 8, y - 20), (mast - long * 0.34, y - 20)], fill=(232, 228, 216))


def _town(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    """A town at night, in three rows of houses with lit windows."""
    width, height = size
    image = gradient(size, *_NIGHT)
    pen = ImageDraw.Draw(image)
    for _ in range(160):
        x, y, radius = chance.uniform(0, width), chance.uniform(0, height * 0.6), chance.choice((2, 2, 3, 4))
        pen.ellipse((x, y, x + radius, y + radius), fill=(226, 230, 255))
    for row in range(3):
        wall = mixed((48, 52, 92), (14, 16, 32), row / 2)
        x = -40.0
        while x < width:
            wide = chance.uniform(0.06, 0.12) * width
            top = height * (chance.uniform(0.34, 0.6) + 0.12 * row)
            pen.rectangle((x, top, x + wide, height), fill=wall)
            _windows(chance, pen, (x, top, x + wide, float(height)))
            x += wide + chance.choice((0, 0, 14))
    return image


def _windows(chance: random.Random, pen: ImageDraw.ImageDraw, wall: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = wall
    for y in range(round(top) + 34, round(bottom), 66):
        for x in range(round(left) + 22, round(right) - 34, 52):
            if chance.random() < 0.36:  # noqa: PLR2004
                pen.rectangle(
                    (x, y, x + 24, y + 34), fill=chance.choice(((255, 208, 120), (255, 232, 180), (240, 180, 96)))
                )


def _fields(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    """Rows of flowers that lead to the horizon."""
    width, height = size
    sky = chance.choice(_SKIES)
    image = _sky(chance, size, sky)
    pen = ImageDraw.Draw(image)
    horizon, middle = height * 0.55, width * chance.uniform(0.35, 0.65)
    pen.polygon(_ridge(chance, (width, round(horizon)), 0.97, 0.05), fill=mixed(sky[1], (70, 100, 90), 0.7))
    pen.rectangle((0, horizon, width, height), fill=(70, 120, 70))
    colours = chance.sample(((214, 74, 98), (246, 196, 70), (140, 96, 190), (240, 240, 232), (236, 124, 60)), 3)
    rows = 26
    for number in range(-rows, rows):
        near, next_near = (middle + (number + each) * width * 0.09 for each in (0.0, 0.62))
        far, next_far = (middle + (number + each) * width * 0.012 for each in (0.0, 0.62))
        shape = [(far, horizon), (next_far, horizon), (next_near, height), (near, height)]
        pen.polygon(shape, fill=colours[number % len(colours)])
    return image
