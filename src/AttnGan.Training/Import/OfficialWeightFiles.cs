namespace AttnGan.Training.Import;

/// <summary>Files written by the official code or a derived project.</summary>
internal sealed record OfficialWeightFiles
{
    /// <summary><c>text_encoder200.pth</c>.</summary>
    public required string TextEncoder { get; init; }

    /// <summary><c>bird_AttnGAN2.pth</c> or <c>netG_epoch_600.pth</c>.</summary>
    public string? Generator { get; init; }

    /// <summary><c>image_encoder200.pth</c>.</summary>
    public string? ImageEncoder { get; init; }

    /// <summary><c>netD0.pth</c> and so on, in any order; their weights determine the stage.</summary>
    public IReadOnlyList<string> Discriminators { get; init; } = [];

    /// <summary><c>captions.pickle</c>, or a JSON array of words (<c>.json</c>).</summary>
    public required string Vocabulary { get; init; }
}
