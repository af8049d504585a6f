namespace AttnGan.Training.Data;

/// <summary>Writes a dataset into a few large files, those of each split one after the other.</summary>
internal interface IShardWriter : IDisposable
{
    /// <summary>Adds an image.</summary>
    /// <param name="split"><c>train</c>, <c>validation</c> or <c>test</c>; all images of a split are added together.</param>
    /// <param name="name">Name of the image, with its extension.</param>
    /// <param name="image">Its captions, class and category.</param>
    /// <param name="bytes">The content of its file.</param>
    void Add(string split, string name, CaptionedImage image, byte[] bytes);

    /// <summary>Completes the last file.</summary>
    void Complete();
}
