"""Renders belt.mp4 from Fashion-MNIST test pictures, and belt.truth.json with what it shows.

The classes are dealt from a shuffled deck of the ten, dealt anew when it is empty, so each class
comes about equally often; the picture is drawn at random from the class. No network is asked.

Usage: make_video.py OUTPUT_FOLDER [ITEM_SEED [t10k|train]]
Another seed gives another film; "train" draws the pictures that the networks were trained on, to calibrate on.
"""
import json
import os
import sys

import cv2
import numpy as np

from render import (BELT_SPAN, CLASS_NAMES, FRAME_HEIGHT, FRAME_WIDTH, MIN_VISIBLE, compose_frame,
                    load_fashion_mnist, make_hall, make_light, make_strip, visible_items)

ITEM_SEED = 20261124
HALL_SEED = 7
FRAMES = 300
FPS = 15
UPPER_SPEED, LOWER_SPEED = 12, 10
FILM_SIZES = (72, 130)
FILM_GAPS = (-48, 200)
NOISE = 1.5


def picture_dealer(rng, part):
    """A function that deals a picture and its label, never the same one twice."""
    images, labels = load_fashion_mnist(part)
    piles = [rng.permutation(np.flatnonzero(labels == label)).tolist() for label in range(len(CLASS_NAMES))]
    deck = []

    def next_picture():
        if not deck:
            deck.extend(rng.permutation(len(CLASS_NAMES)).tolist())
        label = deck.pop()
        return images[piles[label].pop()], label

    return next_picture


def film(rng, part):
    """Yields each frame of the video with its items; the upper belt runs right, the lower left."""
    next_picture = picture_dealer(rng, part)
    upper, free_id = make_strip(rng, BELT_SPAN + UPPER_SPEED * FRAMES, next_picture, 0, FILM_SIZES, FILM_GAPS)
    lower, _ = make_strip(rng, BELT_SPAN + LOWER_SPEED * FRAMES, next_picture, free_id, FILM_SIZES, FILM_GAPS)
    hall_rng = np.random.default_rng(HALL_SEED)
    hall, light = make_hall(hall_rng), make_light(hall_rng)
    cv2.setRNGSeed(HALL_SEED)
    for index in range(FRAMES):
        offsets = (UPPER_SPEED * (FRAMES - index), LOWER_SPEED * index)
        flicker = 1.05 + 0.03 * np.sin(index / 9)
        frame, owner = compose_frame(hall, light, (upper, lower), offsets, flicker)
        noise = cv2.randn(np.empty(frame.shape, np.int16), (0, 0, 0), (NOISE,) * 3)
        yield cv2.add(cv2.blur(frame, (3, 1)), noise, dtype=cv2.CV_8U), visible_items(owner, (upper, lower))


def truth_of(item):
    """The truth entry of an item in one frame."""
    return {"box": list(item.box), "label": CLASS_NAMES[item.label], "id": item.id,
            "ignore": item.visible < MIN_VISIBLE}


def main(folder, item_seed=ITEM_SEED, part="t10k"):
    writer = cv2.VideoWriter(os.path.join(folder, "belt.mp4"), cv2.VideoWriter_fourcc(*"mp4v"), FPS,
                             (FRAME_WIDTH, FRAME_HEIGHT))
    frames = []
    for index, (frame, items) in enumerate(film(np.random.default_rng(int(item_seed)), part)):
        writer.write(frame)
        frames.append({"frame": index, "items": [truth_of(item) for item in items]})
    writer.release()
    truth = {"video": "belt.mp4", "width": FRAME_WIDTH, "height": FRAME_HEIGHT, "fps": FPS,
             "classes": CLASS_NAMES, "frames": frames}
    with open(os.path.join(folder, "belt.truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file, separators=(",", ":"))


if __name__ == "__main__":
    main(*sys.argv[1:])
