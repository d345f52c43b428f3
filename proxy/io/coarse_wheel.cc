// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/coarse_wheel.h"

#include <algorithm>
#include <bit>

namespace faultline::io {

int64_t CoarseWheel::insert(uint32_t index, int64_t now) {
  // Nothing was due up to now: the wheel may stand there, and the timer lies as low as it can.
  if (now > elapsed_) {
    const auto due = next_due();
    if (!due || due->tick > now) elapsed_ = now;
  }
  TimerNode& node = slab_.at(index);
  node.deadline = std::max(node.deadline, elapsed_ + 1);
  return link(index);
}

int64_t CoarseWheel::link(uint32_t index) {
  TimerNode& node = slab_.at(index);
  const int64_t when = std::min(node.deadline, elapsed_ + kSpan - 1);
  const auto differing = static_cast<uint64_t>(elapsed_ ^ when) | (kSlots - 1);
  const auto digit = static_cast<uint32_t>(63 - std::countl_zero(differing)) / kSlotBits;
  const uint32_t level = std::min(digit, kLevels - 1);
  const auto slot = static_cast<uint32_t>(when >> (level * kSlotBits)) & (kSlots - 1);
  node.place = level * kSlots + slot;
  List& list = lists_[node.place];
  node.previous = list.tail;
  node.next = TimerNode::kNone;
  if (list.tail == TimerNode::kNone) {
    list.head = index;
  } else {
    slab_.at(list.tail).next = index;
  }
  list.tail = index;
  occupied_[level] |= uint64_t{1} << slot;
  ++size_;
  return when & ~((int64_t{1} << (level * kSlotBits)) - 1);
}

void CoarseWheel::remove(uint32_t index) noexcept {
  TimerNode& node = slab_.at(index);
  List& list = lists_[node.place];
  if (node.previous == TimerNode::kNone) {
    list.head = node.next;
  } else {
    slab_.at(node.previous).next = node.next;
  }
  if (node.next == TimerNode::kNone) {
    list.tail = node.previous;
  } else {
    slab_.at(node.next).previous = node.previous;
  }
  if (list.head == TimerNode::kNone) {
    occupied_[node.place / kSlots] &= ~(uint64_t{1} << (node.place % kSlots));
  }
  node.previous = TimerNode::kNone;
  node.next = TimerNode::kNone;
  --size_;
}

std::optional<int64_t> CoarseWheel::next() const noexcept {
  const auto due = next_due();
  if (!due) return std::nullopt;
  return due->tick;
}

// Lower levels hold earlier deadlines, so the first level that is not empty has the answer.
std::optional<CoarseWheel::Due> CoarseWheel::next_due() const noexcept {
  if (size_ == 0) return std::nullopt;
  for (uint32_t level = 0; level < kLevels; ++level) {
    if (occupied_[level] == 0) continue;
    const uint32_t shift = level * kSlotBits;
    const auto here = static_cast<uint32_t>(elapsed_ >> shift) & (kSlots - 1);
    const auto ahead = static_cast<uint32_t>(
        std::countr_zero(std::rotr(occupied_[level], static_cast<int>(here))));
    const uint32_t slot = (here + ahead) & (kSlots - 1);
    const int64_t turn = int64_t{1} << (shift + kSlotBits);
    int64_t tick = (elapsed_ & ~(turn - 1)) + (int64_t{slot} << shift);
    // Only the topmost level wraps around: the others hold the present turn alone.
    if (tick < elapsed_) tick += turn;
    return Due{tick, level * kSlots + slot};
  }
  return std::nullopt;
}

void CoarseWheel::advance(int64_t now, const std::function<void(uint32_t)>& expire) {
  for (auto due = next_due(); due && due->tick <= now; due = next_due()) {
    elapsed_ = due->tick;
    // What is linked while it runs goes to other lists, so this comes to an end.
    const List& list = lists_[due->list];
    while (list.head != TimerNode::kNone) {
      const uint32_t index = list.head;
      remove(index);
      if (slab_.at(index).deadline > elapsed_) {
        link(index);
      } else {
        expire(index);
      }
    }
  }
  elapsed_ = std::max(elapsed_, now);
}

}  // namespace faultline::io
