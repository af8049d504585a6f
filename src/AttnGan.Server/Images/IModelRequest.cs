namespace AttnGan.Server.Images;

/// <summary>The parts of a request that are checked against its model.</summary>
internal interface IModelRequest
{
    /// <summary>The model's name; null for the default model.</summary>
    string? Model { get; }

    /// <summary>The size of the images; null for the largest.</summary>
    int? Size { get; }

    /// <summary>The style of the images; null for the one that the seed chooses.</summary>
    string? Style { get; }

    /// <summary>True to read no unknown words as known ones.</summary>
    bool StrictWords { get; }

    /// <summary>Returns all captions of a valid request.</summary>
    IReadOnlyList<string> AllCaptions();
}
