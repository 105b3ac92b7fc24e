"""Renders a sorting hall with two conveyor belts that carry clothes from Fashion-MNIST.

A belt is drawn once as a long strip with all its items on it; a frame shows a window of each strip
between two tunnels, so that belt texture and items move together. An owner map next to every strip
says which item each pixel belongs to; the truth boxes come from it.
"""
import gzip
import os
from dataclasses import dataclass

import cv2
import numpy as np

DATASET_FOLDER = os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist")
CLASS_NAMES = ["T-shirt", "Trouser", "Pullover", "Dress", "Coat",
               "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]

FRAME_WIDTH, FRAME_HEIGHT = 640, 480
TUNNEL_WIDTH = 64
BELT_LEFT, BELT_RIGHT = TUNNEL_WIDTH, FRAME_WIDTH - TUNNEL_WIDTH
BELT_SPAN = BELT_RIGHT - BELT_LEFT
BELT_HEIGHT = 190
BELT_TOPS = (34, 256)

ITEM_SIZES = (64, 130)
ITEM_GAPS = (-48, 125)
MAX_ANGLE = 25
MAX_COVERED = 0.25
MIN_VISIBLE = 0.6
MIN_LISTED = 0.03
NO_OWNER = -1

SPRITE_MARGIN = 12
SHADOW_SHIFT = (6, 4)
SHADOW_STRENGTH = 0.55


@dataclass
class Sprite:
    """A rendered item: its colour, its cover (0..1) and the tight box of its visible pixels."""
    colour: np.ndarray
    alpha: np.ndarray
    solid: np.ndarray
    box: tuple


@dataclass
class BeltStrip:
    """A belt unrolled to its full length, with the owner of each pixel and the items' facts."""
    image: np.ndarray
    owner: np.ndarray
    labels: dict
    areas: dict


@dataclass
class VisibleItem:
    """An item as one frame shows it; visible is the share of its pixels that can be seen."""
    id: int
    label: int
    box: tuple
    visible: float


def load_fashion_mnist(split):
    """Images [n,28,28] and labels [n] of the split "train" or "t10k"."""
    with gzip.open(os.path.join(DATASET_FOLDER, f"{split}-images-idx3-ubyte.gz")) as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    with gzip.open(os.path.join(DATASET_FOLDER, f"{split}-labels-idx1-ubyte.gz")) as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return images, labels


def tight_box(mask):
    """(x1, y1, x2, y2) around the true pixels of a mask that has some."""
    columns = np.flatnonzero(mask.any(axis=0))
    rows = np.flatnonzero(mask.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def noise_tile(rng, height, width, grain):
    """Smooth noise with mean 0 and deviation 1 whose blobs are about `grain` pixels wide."""
    small = rng.standard_normal((height // grain + 2, width // grain + 2)).astype(np.float32)
    tile = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return (tile - tile.mean()) / (tile.std() + 1e-6)


def weave_tile(side=320):
    """A fine cloth pattern around 1, laid over every item."""
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    return 1 + 0.035 * np.sin(columns * 1.9 + rows * 0.7) * np.sin(rows * 1.9 - columns * 0.7)


WEAVE = weave_tile()


def source_layers(picture):
    """Cover and brightness (both 0..1, 32x32) of a 28x28 dataset picture."""
    grey = cv2.copyMakeBorder(picture, 2, 2, 2, 2, cv2.BORDER_CONSTANT).astype(np.float32) / 255
    cover = cv2.morphologyEx(np.minimum(grey / 0.16, 1), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    cover = cv2.GaussianBlur(cover, (0, 0), 0.6)
    spread = cv2.dilate(grey, np.ones((3, 3), np.uint8))
    brightness = np.where(grey > 0.1, grey, spread)
    return cover, brightness


def random_tint(rng):
    """A cloth colour (BGR, 0..255), from pale to strong."""
    hsv = np.array([[[rng.integers(0, 180), rng.integers(25, 165), rng.integers(200, 256)]]], np.uint8)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0, 0].astype(np.float32)


def render_sprite(picture, size, angle, tint):
    """The item scaled so that its longer side is `size` pixels, turned by `angle` degrees."""
    cover, brightness = source_layers(picture)
    x1, y1, x2, y2 = tight_box(cover > 0.5)
    scale = size / max(x2 - x1, y2 - y1)
    side = int(np.hypot(x2 - x1, y2 - y1) * scale) + 2 * SPRITE_MARGIN
    centre = ((x1 + x2 - 1) / 2, (y1 + y2 - 1) / 2)
    turn = cv2.getRotationMatrix2D(centre, angle, scale)
    turn[:, 2] += side / 2 - np.array(centre)
    alpha = cv2.warpAffine(cover, turn, (side, side), flags=cv2.INTER_CUBIC)
    alpha = np.clip((alpha - 0.35) / 0.3, 0, 1)
    shade = cv2.warpAffine(brightness, turn, (side, side), flags=cv2.INTER_CUBIC)
    shade = (0.25 + 0.75 * np.clip(shade, 0, 1)) * WEAVE[:side, :side]
    solid = alpha > 0.5
    return Sprite(shade[..., None] * tint, alpha, solid, tight_box(solid))


def draw_sprite(strip, sprite, left, top):
    """Blends shadow and item into the strip; left and top place the sprite's canvas."""
    height, width = sprite.alpha.shape
    y1, x1 = max(top, 0), max(left, 0)
    y2, x2 = min(top + height, strip.shape[0]), min(left + width, strip.shape[1])
    inside = np.s_[y1 - top:y2 - top, x1 - left:x2 - left]
    down, right = SHADOW_SHIFT
    shadow = np.zeros_like(sprite.alpha)
    shadow[down:, right:] = sprite.alpha[:-down, :-right]
    shadow = cv2.blur(shadow, (9, 9))[inside][..., None]
    alpha = sprite.alpha[inside][..., None]
    target = strip[y1:y2, x1:x2]
    below = target * (1 - SHADOW_STRENGTH * shadow)
    strip[y1:y2, x1:x2] = np.minimum(below + alpha * (sprite.colour[inside] - below), 255)


def belt_texture(rng, length):
    """Dark rubber with ribs across the belt, scuffs and a seam here and there."""
    tone = (rng.uniform(38, 68) * rng.uniform(0.92, 1.08, 3)).astype(np.float32)
    period = int(rng.integers(22, 44))
    columns = np.arange(length)
    ribs = np.where(columns % period < 3, rng.uniform(-0.3, -0.12), 0)
    ribs += np.where((columns - 3) % period < 2, rng.uniform(0.06, 0.2), 0)
    seams = np.where((columns + int(rng.integers(0, 700))) % 700 < 6, 0.35, 0)
    texture = (1 + ribs + seams).astype(np.float32) + 0.05 * noise_tile(rng, BELT_HEIGHT, length, 3)
    texture += 0.08 * noise_tile(rng, BELT_HEIGHT, length, 24)
    across = np.linspace(-1, 1, BELT_HEIGHT, dtype=np.float32)[:, None]
    texture *= 1 - 0.25 * np.abs(across) ** 6
    return (np.maximum(texture, 0)[..., None] * tone).astype(np.uint8)


def covers_too_much(owner, solid, areas):
    """True when `solid`, laid on the owner window, would hide too much of an item below it."""
    hidden, counts = np.unique(owner[solid], return_counts=True)
    return any(item != NO_OWNER and count > MAX_COVERED * areas[item]
               for item, count in zip(hidden, counts))


def lay_items(rng, strip, next_picture, first_id, sizes, gaps):
    """Lays items from left to right until the strip is full; returns the first unused id."""
    item_id = first_id
    right_edge = int(rng.integers(0, 60))
    while True:
        picture, label = next_picture()
        sprite = render_sprite(picture, rng.uniform(*sizes), rng.uniform(-MAX_ANGLE, MAX_ANGLE),
                               random_tint(rng) * rng.uniform(0.8, 1.05))
        x1, y1, x2, y2 = sprite.box
        width, height = x2 - x1, y2 - y1
        left = max(right_edge + int(rng.integers(*gaps)), 0)
        top = int(rng.integers(4, max(5, BELT_HEIGHT - 4 - height)))
        solid = sprite.solid[y1:y2, x1:x2][:BELT_HEIGHT - top]
        window = np.s_[top:top + solid.shape[0], left:left + width]
        while left + width < strip.owner.shape[1] and covers_too_much(strip.owner[window], solid, strip.areas):
            left += 6
            window = np.s_[top:top + solid.shape[0], left:left + width]
        if left + width >= strip.owner.shape[1]:
            return item_id
        draw_sprite(strip.image, sprite, left - x1, top - y1)
        strip.owner[window][solid] = item_id
        strip.labels[item_id] = int(label)
        strip.areas[item_id] = int(solid.sum())
        item_id += 1
        right_edge = max(right_edge, left + width)


def make_strip(rng, length, next_picture, first_id=0, sizes=ITEM_SIZES, gaps=ITEM_GAPS):
    """A belt of the given length with items on it, and the first id left unused."""
    strip = BeltStrip(belt_texture(rng, length), np.full((BELT_HEIGHT, length), NO_OWNER, np.int32), {}, {})
    return strip, lay_items(rng, strip, next_picture, first_id, sizes, gaps)


def draw_hazard_stripes(image, x1, x2, y1, y2, period=22):
    """Yellow and black stripes on a bar of the picture."""
    rows, columns = np.mgrid[y1:y2, x1:x2]
    yellow = (rows + columns) // (period // 2) % 2 == 0
    image[y1:y2, x1:x2] = np.where(yellow[..., None], (40, 170, 205), (28, 28, 30))


def draw_rail(image, y1, y2):
    """A steel rail along a belt, with bolts."""
    shine = np.sin(np.linspace(0.15, 0.95, y2 - y1) * np.pi)[:, None, None]
    image[y1:y2] = (70 + 95 * shine) * np.array([1.02, 1.0, 0.96])
    for x in range(18, FRAME_WIDTH, 46):
        cv2.circle(image, (x, (y1 + y2) // 2), 2, (58, 58, 60), -1)


def draw_tunnel(image, x1, x2, y1, y2, paint, mouth_right):
    """The housing that a belt runs into, with a striped bar at its mouth."""
    shine = np.sin(np.linspace(0.1, 0.9, y2 - y1) * np.pi)[:, None, None]
    image[y1:y2, x1:x2] = (0.55 + 0.45 * shine) * paint
    cv2.rectangle(image, (x1, y1), (x2 - 1, y2 - 1), (paint * 0.4).tolist(), 2)
    for y in range(y1 + 24, y2 - 20, 16):
        cv2.line(image, (x1 + 14, y), (x2 - 20, y), (paint * 0.55).tolist(), 3)
    bar = (x2 - 10, x2) if mouth_right else (x1, x1 + 10)
    draw_hazard_stripes(image, *bar, y1, y2)


def make_hall(rng):
    """The still part of the picture: floor, rails and tunnels."""
    floor = rng.uniform(55, 100) * rng.uniform(0.92, 1.08, 3)
    grain = 1 + 0.04 * noise_tile(rng, FRAME_HEIGHT, FRAME_WIDTH, 2) + 0.06 * noise_tile(rng, FRAME_HEIGHT, FRAME_WIDTH, 40)
    hall = np.clip(grain[..., None] * floor, 0, 255).astype(np.uint8)
    paint = random_tint(rng) * rng.uniform(0.45, 0.7)
    for top in BELT_TOPS:
        bottom = top + BELT_HEIGHT
        draw_rail(hall, top - 10, top)
        draw_rail(hall, bottom, bottom + 10)
        draw_tunnel(hall, 0, BELT_LEFT, top - 16, bottom + 16, paint, True)
        draw_tunnel(hall, BELT_RIGHT, FRAME_WIDTH, top - 16, bottom + 16, paint, False)
    return hall


def make_light(rng):
    """Lamp light as a factor a pixel: a bright spot, a slope, and shade at the tunnel mouths."""
    rows, columns = np.mgrid[0:FRAME_HEIGHT, 0:FRAME_WIDTH].astype(np.float32)
    spot_x, spot_y = rng.uniform(0.2, 0.8) * FRAME_WIDTH, rng.uniform(0.2, 0.8) * FRAME_HEIGHT
    distance = np.hypot(columns - spot_x, rows - spot_y) / FRAME_WIDTH
    light = 1.1 - rng.uniform(0.1, 0.45) * distance
    mouth = np.minimum(columns - BELT_LEFT, BELT_RIGHT - columns)
    light *= np.where(mouth < 0, 1, 1 - 0.45 * np.exp(-np.maximum(mouth, 0) / 9))
    return np.repeat((light * rng.uniform(0.82, 1.1))[..., None], 3, axis=2).astype(np.float32)


def compose_frame(hall, light, strips, offsets, gain=1.0):
    """The frame and its owner map with each strip shown from its offset on."""
    frame = hall.copy()
    owner = np.full((FRAME_HEIGHT, FRAME_WIDTH), NO_OWNER, np.int32)
    for strip, offset, top in zip(strips, offsets, BELT_TOPS):
        place = np.s_[top:top + BELT_HEIGHT, BELT_LEFT:BELT_RIGHT]
        frame[place] = strip.image[:, offset:offset + BELT_SPAN]
        owner[place] = strip.owner[:, offset:offset + BELT_SPAN]
    return cv2.multiply(frame, light, scale=gain, dtype=cv2.CV_8U), owner


def visible_items(owner, strips):
    """The items of a frame, with the tight box of what can be seen of each."""
    items = []
    for strip, top in zip(strips, BELT_TOPS):
        belt = owner[top:top + BELT_HEIGHT]
        for item_id in np.unique(belt[belt != NO_OWNER]).tolist():
            mask = belt == item_id
            visible = float(mask.sum()) / strip.areas[item_id]
            if visible < MIN_LISTED:
                continue
            x1, y1, x2, y2 = tight_box(mask)
            items.append(VisibleItem(item_id, strip.labels[item_id], (x1, y1 + top, x2, y2 + top), visible))
    return items


def camera_flaws(rng, frame):
    """What a cheap camera and a video codec do to a training frame: blur, noise, colour cast, blocks."""
    if rng.random() < 0.5:
        frame = cv2.blur(frame, (int(rng.choice([3, 5])), 1))
    if rng.random() < 0.3:
        frame = cv2.GaussianBlur(frame, (0, 0), rng.uniform(0.5, 1.3))
    cast = rng.uniform(0.92, 1.08, 3) * rng.uniform(0.9, 1.1)
    noise = cv2.randn(np.empty(frame.shape, np.int16), (0, 0, 0), (rng.uniform(0.5, 4),) * 3)
    frame = cv2.add(cv2.multiply(frame, (*cast, 0)), noise, dtype=cv2.CV_8U)
    quality = int(rng.integers(30, 92))
    return cv2.imdecode(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def training_frames(rng, next_picture, windows, sizes=ITEM_SIZES, gaps=ITEM_GAPS):
    """Frames with their items from one random hall whose belts are `windows` views long."""
    length = windows * BELT_SPAN
    upper, free_id = make_strip(rng, length, next_picture, 0, sizes, gaps)
    lower, _ = make_strip(rng, length, next_picture, free_id, sizes, gaps)
    hall, light = make_hall(rng), make_light(rng)
    for window in range(windows):
        offset = window * BELT_SPAN
        frame, owner = compose_frame(hall, light, (upper, lower), (offset, offset), rng.uniform(0.85, 1.15))
        yield camera_flaws(rng, frame), visible_items(owner, (upper, lower))
