using AttnGan.Text;

namespace AttnGan.Training.Data;

/// <summary>A batch of captioned images in plain arrays; the trainer creates tensors from them on its own thread.</summary>
public sealed class CaptionedBatch
{
    internal CaptionedBatch(
        IReadOnlyList<CaptionedImage> items,
        IReadOnlyList<EncodedCaption> captions,
        long[] classes,
        IReadOnlyList<int> sides,
        float[][] images,
        IReadOnlyList<ImageView>? views = null,
        GlobalBatch? global = null)
    {
        Views = views ?? [];
        Sides = sides;
        Items = items;
        Captions = captions;
        Classes = classes;
        Images = images;
        Rows = global?.Rows ?? [.. Enumerable.Range(0, items.Count)];
        GlobalClasses = global?.Classes ?? classes;
        MaxLength = global?.MaxLength ?? captions.Max(caption => caption.Ids.Count);
        Lengths = [.. captions.Select(caption => (long)caption.Ids.Count)];
        CaptionIds = new long[captions.Count * MaxLength];
        for (int b = 0; b < captions.Count; b++)
        {
            for (int t = 0; t < captions[b].Ids.Count; t++)
            {
                CaptionIds[(b * MaxLength) + t] = captions[b].Ids[t];
            }
        }
    }

    /// <summary>B: number of images.</summary>
    public int Size => Items.Count;

    /// <summary>Sides S of the image pyramid, ascending.</summary>
    public IReadOnlyList<int> Sides { get; }

    /// <summary>(B, 3, S, S) in [-1, 1] for each side S, all from the same crop; empty for batches of views.</summary>
    public float[][] Images { get; }

    /// <summary>The B views with <see cref="BatchLoaderOptions.Views"/>; otherwise empty.</summary>
    public IReadOnlyList<ImageView> Views { get; }

    /// <summary>(B, T) word IDs, padded with 0.</summary>
    public long[] CaptionIds { get; }

    /// <summary>T: number of words in the longest caption of the global batch.</summary>
    public int MaxLength { get; }

    /// <summary>(B) the place of each image in the global batch, which several processes may share.</summary>
    internal int[] Rows { get; }

    /// <summary>The classes of the global batch.</summary>
    internal long[] GlobalClasses { get; }

    /// <summary>(B) number of words in each caption, at least 1.</summary>
    public long[] Lengths { get; }

    /// <summary>(B) class numbers; a class has the same number in all batches of a loader.</summary>
    public long[] Classes { get; }

    /// <summary>The B images.</summary>
    public IReadOnlyList<CaptionedImage> Items { get; }

    /// <summary>The B sampled captions.</summary>
    public IReadOnlyList<EncodedCaption> Captions { get; }
}

/// <summary>A batch that several processes share, as far as each must know it.</summary>
/// <param name="Rows">The rows of this process.</param>
/// <param name="Classes">The classes of all rows.</param>
/// <param name="MaxLength">Number of words in the longest caption of all rows.</param>
internal sealed record GlobalBatch(int[] Rows, long[] Classes, int MaxLength);
