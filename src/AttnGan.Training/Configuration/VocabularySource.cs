namespace AttnGan.Training.Configuration;

/// <summary>The source of a model's vocabulary.</summary>
public enum VocabularySource
{
    /// <summary>The dataset's training captions.</summary>
    Captions,

    /// <summary>The dataset's <c>captions.pickle</c>, whose word IDs published text encoders expect.</summary>
    Official,
}
