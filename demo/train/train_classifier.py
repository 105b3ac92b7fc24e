"""Trains the ten-class classifier on crops cut from rendered frames and writes classifier.onnx.

Usage: train_classifier.py OUTPUT.onnx
"""
import sys
import time

import cv2
import numpy as np
import torch
from torch.nn import functional

from nets import Classifier, export_classifier, light_jitter, normalised
from preprocess import CLASSIFIER_SIDE
from render import MIN_VISIBLE, load_fashion_mnist, training_frames

SEED = 202
HELD_OUT = 2000
PASSES = 2
FRAMES_PER_HALL = 8
TRAINING_GAPS = (-48, 45)
STORED_SIDE = 96
STORED_MARGIN = 0.15
BOX_JITTER = 0.08
TURN_JITTER = 6.0
EPOCHS = 12
# The first epochs run on smaller crops, which is nearly twice as fast.
SMALL_EPOCHS, SMALL_SIDE = 7, 48
BATCH = 128
LEARNING_RATE = 4e-3


def stored_crop(frame, box):
    """The box with a margin around it, as a square, so that training can still shift its sides."""
    x1, y1, x2, y2 = box
    margin_x, margin_y = STORED_MARGIN * (x2 - x1), STORED_MARGIN * (y2 - y1)
    left, top = max(0, round(x1 - margin_x)), max(0, round(y1 - margin_y))
    window = frame[top:round(y2 + margin_y), left:round(x2 + margin_x)]
    return cv2.resize(window, (STORED_SIDE, STORED_SIDE), interpolation=cv2.INTER_LINEAR)


def render_crops(rng, images, labels):
    """Crops [n,96,96,3] and labels [n] with every picture rendered about once."""
    waiting = iter(rng.permutation(len(images)))
    remaining = len(images)

    def next_picture():
        nonlocal remaining
        remaining -= 1
        index = next(waiting, 0)
        return images[index], labels[index]

    crops, crop_labels = [], []
    while remaining > 0:
        for frame, items in training_frames(rng, next_picture, FRAMES_PER_HALL, gaps=TRAINING_GAPS):
            for item in items:
                if item.visible >= MIN_VISIBLE:
                    crops.append(stored_crop(frame, item.box))
                    crop_labels.append(item.label)
    return torch.from_numpy(np.stack(crops)), torch.tensor(crop_labels)


def jittered(crops, side, generator):
    """Network input of the given side whose box sides and angle differ at random from the stored box."""
    count = len(crops)
    inner = 1 / (1 + 2 * STORED_MARGIN)
    jitter = (torch.rand((count, 4), generator=generator) * 2 - 1) * BOX_JITTER * 2 * inner
    left, top, right, bottom = (jitter + torch.tensor([-inner, -inner, inner, inner])).unbind(1)
    angle = (torch.rand(count, generator=generator) * 2 - 1) * np.deg2rad(TURN_JITTER)
    half_width, half_height = (right - left) / 2, (bottom - top) / 2
    turn = torch.stack([
        torch.stack([half_width * angle.cos(), -half_height * angle.sin(), (left + right) / 2], 1),
        torch.stack([half_width * angle.sin(), half_height * angle.cos(), (top + bottom) / 2], 1)], 1)
    grid = functional.affine_grid(turn, (count, 3, side, side), align_corners=False)
    return light_jitter(functional.grid_sample(normalised(crops), grid, align_corners=False), generator)


def centred(crops):
    """Network input with exactly the stored boxes."""
    inner = 1 / (1 + 2 * STORED_MARGIN)
    turn = torch.tensor([[[inner, 0, 0], [0, inner, 0]]]).expand(len(crops), 2, 3)
    grid = functional.affine_grid(turn, (len(crops), 3, CLASSIFIER_SIDE, CLASSIFIER_SIDE), align_corners=False)
    return functional.grid_sample(normalised(crops), grid, align_corners=False)


def accuracy(classifier, crops, labels):
    """Share of crops that the classifier labels rightly."""
    classifier.eval()
    with torch.no_grad():
        right = [(classifier(centred(part)).argmax(1) == truth).sum()
                 for part, truth in zip(crops.split(256), labels.split(256))]
    classifier.train()
    return sum(right).item() / len(labels)


def train(classifier, crops, labels, held_out, generator):
    """Trains for EPOCHS half passes over the crops with a one-cycle learning rate."""
    steps = len(crops) // PASSES // BATCH
    optimiser = torch.optim.AdamW(classifier.parameters(), LEARNING_RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=EPOCHS * steps, pct_start=0.15)
    classifier.train()
    for epoch in range(EPOCHS):
        total, start = 0.0, time.time()
        side = SMALL_SIDE if epoch < SMALL_EPOCHS else CLASSIFIER_SIDE
        part = torch.arange(epoch % PASSES, len(crops), PASSES)
        order = part[torch.randperm(len(part), generator=generator)]
        for chosen in order[:steps * BATCH].split(BATCH):
            batch = jittered(crops[chosen], side, generator).contiguous(memory_format=torch.channels_last)
            loss = functional.cross_entropy(classifier(batch), labels[chosen], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}/{EPOCHS} loss {total / steps:.3f} "
              f"held-out accuracy {accuracy(classifier, *held_out):.3f} {time.time() - start:.0f} s", flush=True)


def main(output):
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    start = time.time()
    images, labels = load_fashion_mnist("train")
    held_out = render_crops(rng, images[-HELD_OUT:], labels[-HELD_OUT:])
    passes = [render_crops(rng, images[:-HELD_OUT], labels[:-HELD_OUT]) for _ in range(PASSES)]
    crops, crop_labels = (torch.cat(parts) for parts in zip(*passes))
    print(f"rendered {len(crops)} crops in {time.time() - start:.0f} s", flush=True)
    classifier = Classifier().to(memory_format=torch.channels_last)
    train(classifier, crops, crop_labels, held_out, torch.Generator().manual_seed(SEED))
    export_classifier(classifier.to(memory_format=torch.contiguous_format), output)
    print(f"wrote {output} after {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
