"""Tiny sentence-transformers models, built on the spot: no download."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.text import syllables

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def save_static_model(
    folder: Path, texts: Sequence[str], dim: int = 32, prompts: dict[str, str] | None = None
) -> str:
    """A StaticEmbedding with random vectors for the words of `texts`, and the prefixes that it wants; its path."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(1)
    words = StaticEmbedding(_tokenizer(texts), embedding_dim=dim)
    model = SentenceTransformer(modules=[words], device="cpu", prompts=prompts)
    model.save(str(folder))
    return str(folder)


def save_cross_encoder(folder: Path, texts: Sequence[str]) -> str:
    """A one-layer BERT with random weights and one label; its path."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(1)
    words = _tokenizer(texts)
    config = BertConfig(
        vocab_size=words.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # it declares none
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", sep_token="[SEP]"
    )
    fast.save_pretrained(folder)
    return str(folder)


def _tokenizer(texts: Sequence[str]) -> Tokenizer:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    known = sorted({word for text in texts for word in syllables(text)})
    words = {word: place for place, word in enumerate(["[PAD]", "[UNK]", "[SEP]", *known])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Replace("đ", "d"), normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer
