using AttnGan.Models;

namespace AttnGan.Training.Configuration;

/// <summary>The bidirectional text encoder (paper, section 3.2).</summary>
public sealed record TextEncoderConfig
{
    /// <summary>Type of the bidirectional recurrent network.</summary>
    public RnnKind Rnn { get; init; } = RnnKind.Lstm;

    /// <summary>Width of the word embeddings (at least 1).</summary>
    public int WordEmbedding { get; init; } = 300;

    /// <summary>D: width of word and sentence features, shared with the image encoder. Even: half of it per direction.</summary>
    public int Embedding { get; init; } = 256;

    /// <summary>Dropout on the word embeddings, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>
    /// File of word vectors in GloVe's text format, of the width <see cref="WordEmbedding"/>: the word embeddings begin with them, those of
    /// other words with random values. Null for random values only, as in the paper.
    /// </summary>
    public string? Pretrained { get; init; }

    /// <summary>True to keep the word embeddings as they are, those of words without a vector included.</summary>
    public bool FreezeWords { get; init; }
}
