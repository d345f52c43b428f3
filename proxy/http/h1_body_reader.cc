// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/h1_body_reader.h"

#include <algorithm>
#include <utility>

namespace faultline::http {

void H1BodyReader::begin(Framing framing) {
  framing_ = framing.kind;
  remaining_ = framing.length;
  is_complete_ = framing.kind == BodyFraming::None ||
                 (framing.kind == BodyFraming::Length && framing.length == 0);
  if (framing.kind != BodyFraming::Chunked) return;
  chunks_ = ChunkDecoder();
  are_trailers_complete_ = false;
}

void H1BodyReader::end() {
  if (framing_ == BodyFraming::Chunked) trailers_.reset();
  framing_ = BodyFraming::None;
}

std::optional<Rejection> H1BodyReader::check(const buffer::Slice& in, uint32_t offset) {
  if (framing_ != BodyFraming::Chunked) return std::nullopt;
  ChunkDecoder ahead = chunks_;
  ChunkDecoder::PieceKind kind{};
  do {
    kind = ahead.next(in.view(), offset).kind;
    if (kind == ChunkDecoder::PieceKind::Error) return Rejection{400, ahead.error()};
  } while (kind != ChunkDecoder::PieceKind::NeedMore && kind != ChunkDecoder::PieceKind::Done);
  if (kind == ChunkDecoder::PieceKind::NeedMore) return std::nullopt;

  const TrailerReader::State state = trailers_.read(in, offset);
  if (state == TrailerReader::State::Rejected) return trailers_.rejection();
  are_trailers_complete_ = state == TrailerReader::State::Complete;
  trailers_end_ = offset;
  return std::nullopt;
}

bool H1BodyReader::next(const buffer::Slice& in, uint32_t& offset, BodyPart& part) {
  if (is_complete_) return false;
  if (framing_ == BodyFraming::Chunked) return next_chunked(in, offset, part);

  const uint32_t available = in.size() - offset;
  if (available == 0) return false;
  uint32_t length = available;
  if (framing_ == BodyFraming::Length) {
    length = static_cast<uint32_t>(std::min<uint64_t>(remaining_, available));
    remaining_ -= length;
    is_complete_ = remaining_ == 0;
  }
  part = {BodyPart::Kind::Payload, in.sub(offset, length)};
  offset += length;
  return true;
}

bool H1BodyReader::next_chunked(const buffer::Slice& in, uint32_t& offset, BodyPart& part) {
  const ChunkDecoder::Piece piece = chunks_.next(in.view(), offset);
  switch (piece.kind) {
    case ChunkDecoder::PieceKind::Payload:
      part = {BodyPart::Kind::Payload, in.sub(piece.begin, piece.end - piece.begin)};
      return true;
    case ChunkDecoder::PieceKind::Framing:
      part = {BodyPart::Kind::Framing, in.sub(piece.begin, piece.end - piece.begin)};
      return true;
    case ChunkDecoder::PieceKind::LoneZero:
      part = {BodyPart::Kind::Framing, buffer::Slice::of_static("0")};
      return true;
    case ChunkDecoder::PieceKind::Done:
      offset = trailers_end_;
      if (!are_trailers_complete_) return false;
      part = {BodyPart::Kind::Framing, trailers_.bytes()};
      is_complete_ = true;
      return true;
    case ChunkDecoder::PieceKind::NeedMore:
    case ChunkDecoder::PieceKind::Error:
      break;
  }
  return false;
}

}  // namespace faultline::http
