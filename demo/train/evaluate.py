"""Measures detector.onnx and classifier.onnx on belt.mp4 against belt.truth.json, as the pipeline uses them.

The frames are decoded from the written video and the ONNX files run in OpenCV's own DNN module. An item
counts as found when a detection overlaps it with IoU >= 0.5; its crop is cut by the detected box. A detection
that lies mostly on an ignored item is neither right nor wrong.

Usage: evaluate.py NETWORK_FOLDER [FILM_FOLDER]   (the film is looked for beside the networks if not given)
"""
import json
import os
import sys
from collections import Counter

import cv2
import numpy as np
import onnx

from preprocess import CLASSIFIER_SIDE, DETECTOR_SIDE, network_input

STRIDES = (8, 16, 32, 64)
BINS = 8
SCORE_THRESHOLD = 0.4
NMS_IOU = 0.6
MATCH_IOU = 0.5


def load_detector(path):
    """A function from a frame to its boxes [n,4] in pixels, best first."""
    network = cv2.dnn.readNetFromONNX(path)
    names = [f"{kind}_{stride}" for kind in ("cls", "box") for stride in STRIDES]

    def detect(frame):
        network.setInput(network_input(frame, DETECTOR_SIDE))
        outputs = network.forward(names)
        boxes, scores = decode(outputs[:4], outputs[4:])
        height, width = frame.shape[:2]
        boxes *= np.array([width, height, width, height]) / DETECTOR_SIDE
        return suppress(np.clip(boxes, 0, [width, height, width, height]), scores)

    return detect


def decode(score_maps, side_maps):
    """Boxes in network pixels, and scores, of the cells above the threshold."""
    boxes, scores = [], []
    for stride, score_map, side_map in zip(STRIDES, score_maps, side_maps):
        cells = np.flatnonzero(score_map.ravel() >= SCORE_THRESHOLD)
        logits = side_map.reshape(-1, 4, BINS)[cells]
        weights = np.exp(logits - logits.max(-1, keepdims=True))
        left, top, right, bottom = (weights / weights.sum(-1, keepdims=True) @ np.arange(BINS)).T * stride
        x = (cells % (DETECTOR_SIDE // stride) + 0.5) * stride
        y = (cells // (DETECTOR_SIDE // stride) + 0.5) * stride
        boxes.append(np.stack([x - left, y - top, x + right, y + bottom], 1))
        scores.append(score_map.ravel()[cells])
    return np.concatenate(boxes), np.concatenate(scores)


def shared_area(box, boxes):
    """Area that a box shares with each of the boxes."""
    size = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    return size.clip(0).prod(1)


def areas(boxes):
    return (boxes[:, 2:] - boxes[:, :2]).prod(1)


def iou(box, boxes):
    shared = shared_area(box, boxes)
    return shared / (areas(box[None]) + areas(boxes) - shared)


def suppress(boxes, scores):
    """Plain non-maximum suppression."""
    boxes = boxes[np.argsort(-scores)]
    kept = []
    while len(boxes):
        kept.append(boxes[0])
        boxes = boxes[1:][iou(boxes[0], boxes[1:]) <= NMS_IOU]
    return np.array(kept).reshape(-1, 4)


def load_classifier(path):
    """A function from a crop to its class index; OpenCV needs the batch axis fixed to one."""
    model = onnx.load(path)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    network = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))

    def classify(crop):
        network.setInput(network_input(crop, CLASSIFIER_SIDE))
        return int(network.forward().argmax())

    return classify


def crop_of(frame, box):
    """The frame inside the box, rounded to whole pixels."""
    x1, y1, x2, y2 = np.round(box).astype(int)
    return frame[y1:y2, x1:x2]


def match(boxes, items):
    """Pairs of detection and item, and the detections that hit neither an item nor an ignored one."""
    wanted = [item for item in items if not item["ignore"]]
    ignored = np.array([item["box"] for item in items if item["ignore"]], float).reshape(-1, 4)
    pairs, false = [], []
    for box in boxes:
        overlaps = iou(box, np.array([item["box"] for item in wanted], float).reshape(-1, 4))
        if len(wanted) and overlaps.max() >= MATCH_IOU:
            pairs.append((box, wanted.pop(int(overlaps.argmax()))))
        elif not (shared_area(box, ignored) >= 0.5 * areas(box[None])).any():
            false.append(box)
    return pairs, false


def read_frames(path):
    video = cv2.VideoCapture(path)
    while True:
        read, frame = video.read()
        if not read:
            return
        yield frame


def measure(network_folder, film_folder):
    """Counts of items, finds, false finds and right labels, in all and by class."""
    with open(os.path.join(film_folder, "belt.truth.json"), encoding="utf-8") as file:
        truth = json.load(file)
    detect = load_detector(os.path.join(network_folder, "detector.onnx"))
    classify = load_classifier(os.path.join(network_folder, "classifier.onnx"))
    wanted, found, right, false, mistaken = Counter(), Counter(), Counter(), 0, Counter()
    frames = list(read_frames(os.path.join(film_folder, truth["video"])))
    if len(frames) != len(truth["frames"]):
        raise SystemExit(f"the video has {len(frames)} frames, the truth {len(truth['frames'])}")
    for frame, entry in zip(frames, truth["frames"]):
        wanted.update(item["label"] for item in entry["items"] if not item["ignore"])
        pairs, false_boxes = match(detect(frame), entry["items"])
        false += len(false_boxes)
        for box, item in pairs:
            guess = truth["classes"][classify(crop_of(frame, box))]
            found[item["label"]] += 1
            right[item["label"]] += guess == item["label"]
            mistaken[item["label"], guess] += guess != item["label"]
    return truth["classes"], wanted, found, right, false, mistaken


def main(network_folder, film_folder=None):
    classes, wanted, found, right, false, mistaken = measure(network_folder, film_folder or network_folder)
    items, finds = wanted.total(), found.total()
    print(f"items {items}, found {finds} ({finds / items:.1%}), false {false} ({false / (finds + false):.1%} "
          f"of detections), labelled rightly {right.total()} ({right.total() / finds:.1%} of the found)")
    for name in classes:
        print(f"{name:12} items {wanted[name]:4} found {found[name] / max(1, wanted[name]):6.1%} "
              f"right {right[name] / max(1, found[name]):6.1%}")
    print("most frequent mistakes:",
          ", ".join(f"{true} as {guess} {count}" for (true, guess), count in mistaken.most_common(5)))


if __name__ == "__main__":
    main(*sys.argv[1:])
