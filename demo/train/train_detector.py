"""Trains the one-class item detector on rendered frames and writes detector.onnx.

Usage: train_detector.py OUTPUT.onnx
"""
import sys
import time

import cv2
import numpy as np
import torch
from torch.nn import functional

from nets import BINS, STRIDES, Detector, export_detector, light_jitter, normalised
from preprocess import DETECTOR_SIDE, resized
from render import (FRAME_HEIGHT, FRAME_WIDTH, ITEM_SIZES, MIN_VISIBLE, load_fashion_mnist, training_frames)

SEED = 101
FRAMES = 1800
FRAMES_PER_HALL = 5
WIDE_SIZES = (50, 175)
WIDE_SHARE = 0.2
MAX_BOXES = 24
EPOCHS = 15
BATCH = 16
LEARNING_RATE = 3e-3
CENTRE_RADIUS = 1.25
# Longer side of a box, in network pixels, that each level learns.
LEVEL_RANGES = ((0, 64), (40, 110), (85, 220), (180, 1000))


def render_dataset(rng):
    """uint8 frames [n,320,320,3], boxes [n,24,4] in network pixels and kinds (1 item, 0 ignored, -1 none)."""
    images, labels = load_fashion_mnist("train")

    def next_picture():
        index = rng.integers(len(images))
        return images[index], labels[index]

    frames = np.empty((FRAMES, DETECTOR_SIDE, DETECTOR_SIDE, 3), np.uint8)
    boxes = np.zeros((FRAMES, MAX_BOXES, 4), np.float32)
    kinds = np.full((FRAMES, MAX_BOXES), -1, np.int8)
    shrink = np.array([DETECTOR_SIDE / FRAME_WIDTH, DETECTOR_SIDE / FRAME_HEIGHT] * 2)
    for first in range(0, FRAMES, FRAMES_PER_HALL):
        sizes = WIDE_SIZES if rng.random() < WIDE_SHARE else ITEM_SIZES
        for index, (frame, items) in enumerate(training_frames(rng, next_picture, FRAMES_PER_HALL, sizes), first):
            frames[index] = resized(frame, DETECTOR_SIDE)
            for slot, item in enumerate(items[:MAX_BOXES]):
                boxes[index, slot] = np.array(item.box) * shrink
                kinds[index, slot] = item.visible >= MIN_VISIBLE
    return torch.from_numpy(frames), torch.from_numpy(boxes), torch.from_numpy(kinds)


def cell_grid():
    """Centre [m,2], stride [m] and longer-side range [m,2] of all cells, level after level."""
    centres, strides, ranges = [], [], []
    for stride, level_range in zip(STRIDES, LEVEL_RANGES):
        axis = (torch.arange(DETECTOR_SIDE // stride) + 0.5) * stride
        rows, columns = torch.meshgrid(axis, axis, indexing="ij")
        centres.append(torch.stack([columns.flatten(), rows.flatten()], 1))
        strides.append(torch.full((len(centres[-1]),), float(stride)))
        ranges.append(torch.tensor([level_range], dtype=torch.float32).expand(len(centres[-1]), 2))
    return torch.cat(centres), torch.cat(strides), torch.cat(ranges)


CENTRES, CELL_STRIDES, CELL_RANGES = cell_grid()


def assign(boxes, kinds):
    """For each cell of each frame: the index of its box, whether it is positive, whether it counts."""
    cells = CENTRES[None, :, None]
    sides = torch.cat([cells - boxes[:, None, :, :2], boxes[:, None, :, 2:] - cells], -1)
    inside = sides.amin(-1) > 0
    middle = (boxes[..., :2] + boxes[..., 2:]) / 2
    near = (cells - middle[:, None]).abs().amax(-1) < CENTRE_RADIUS * CELL_STRIDES[:, None]
    reach = sides.amax(-1) < (BINS - 1) * CELL_STRIDES[:, None]
    size = boxes[..., 2:] - boxes[..., :2]
    longer = size.amax(-1)[:, None]
    fits = (longer >= CELL_RANGES[:, :1]) & (longer < CELL_RANGES[:, 1:])
    candidate = inside & near & reach & fits & (kinds == 1)[:, None]
    area = size.prod(-1)[:, None].expand_as(candidate).masked_fill(~candidate, float("inf"))
    smallest, owner = area.min(-1)
    positive = smallest.isfinite()
    ignored = (inside & (kinds == 0)[:, None]).any(-1)
    return owner, positive, positive | ~ignored


def decode(sides, centres, strides):
    """Boxes [p,4] from the box logits [p,32] of cells."""
    distances = (sides.view(-1, 4, BINS).softmax(-1) @ torch.arange(BINS, dtype=torch.float32)) * strides[:, None]
    return torch.cat([centres - distances[:, :2], centres + distances[:, 2:]], 1)


def overlap(a, b):
    """IoU and generalised IoU of paired boxes."""
    size = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0)
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    shared = size.prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared
    iou = shared / union.clamp(min=1e-6)
    return iou, iou - (hull - union) / hull.clamp(min=1e-6)


def distribution_loss(sides, target):
    """Cross entropy between the bins and the two bins around each true side."""
    logits = sides.reshape(-1, BINS)
    target = target.reshape(-1).clamp(0, BINS - 1.01)
    lower = target.long()
    share = target - lower
    return ((1 - share) * functional.cross_entropy(logits, lower, reduction="none")
            + share * functional.cross_entropy(logits, lower + 1, reduction="none")).mean()


def detection_loss(scores, sides, boxes, kinds):
    """Quality focal loss for the scores; generalised IoU and distribution loss for the boxes."""
    owner, positive, counts = assign(boxes, kinds)
    frame, cell = positive.nonzero(as_tuple=True)
    truth = boxes[frame, owner[frame, cell]]
    centres, strides, logits = CENTRES[cell], CELL_STRIDES[cell], sides[frame, cell]
    iou, giou = overlap(decode(logits, centres, strides), truth)
    target = torch.zeros_like(scores)
    target[frame, cell] = iou.detach()
    focus = (target - scores.sigmoid()).abs() ** 2
    score_loss = (focus * functional.binary_cross_entropy_with_logits(scores, target, reduction="none"))[counts].sum()
    true_sides = torch.cat([centres - truth[:, :2], truth[:, 2:] - centres], 1) / strides[:, None]
    return (score_loss / max(1, len(frame)) + 2 * (1 - giou).mean()
            + 0.25 * distribution_loss(logits, true_sides))


def random_mirror(frames, boxes, generator):
    """Mirrors half of the frames left to right, with their boxes."""
    mirrored = torch.rand(len(frames), generator=generator) < 0.5
    frames = torch.where(mirrored.view(-1, 1, 1, 1), frames.flip(2), frames)
    turned = torch.stack([DETECTOR_SIDE - boxes[..., 2], boxes[..., 1],
                          DETECTOR_SIDE - boxes[..., 0], boxes[..., 3]], -1)
    return frames, torch.where(mirrored.view(-1, 1, 1), turned, boxes)


def train(detector, dataset, generator):
    """Trains for EPOCHS passes with a one-cycle learning rate."""
    frames, boxes, kinds = dataset
    steps = FRAMES // BATCH
    optimiser = torch.optim.AdamW(detector.parameters(), LEARNING_RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=EPOCHS * steps, pct_start=0.1)
    detector.train()
    for epoch in range(EPOCHS):
        order, total, start = torch.randperm(FRAMES, generator=generator), 0.0, time.time()
        for chosen in order[:steps * BATCH].split(BATCH):
            batch, batch_boxes = random_mirror(frames[chosen], boxes[chosen], generator)
            batch = light_jitter(normalised(batch), generator).contiguous(memory_format=torch.channels_last)
            scores, sides = detector(batch)
            loss = detection_loss(torch.cat(scores, 1)[..., 0], torch.cat(sides, 1), batch_boxes, kinds[chosen])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(detector.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}/{EPOCHS} loss {total / steps:.3f} {time.time() - start:.0f} s", flush=True)


def main(output):
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(SEED)
    start = time.time()
    dataset = render_dataset(np.random.default_rng(SEED))
    print(f"rendered {FRAMES} frames in {time.time() - start:.0f} s", flush=True)
    detector = Detector().to(memory_format=torch.channels_last)
    train(detector, dataset, torch.Generator().manual_seed(SEED))
    export_detector(detector.to(memory_format=torch.contiguous_format), output)
    print(f"wrote {output} after {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
