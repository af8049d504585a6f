using AttnGan.Text;

namespace AttnGan.Training.Data;

/// <summary>Captioned images as plain arrays, ready to become tensors on the trainer's own thread.</summary>
public sealed class CaptionedBatch
{
    internal CaptionedBatch(
        IReadOnlyList<CaptionedImage> items, IReadOnlyList<EncodedCaption> captions, long[] classes, IReadOnlyList<int> sides, float[][] images)
    {
        Sides = sides;
        Items = items;
        Captions = captions;
        Classes = classes;
        Images = images;
        MaxLength = captions.Max(caption => caption.Ids.Count);
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

    /// <summary>B.</summary>
    public int Size => Items.Count;

    /// <summary>The sizes s of the pyramid, ascending.</summary>
    public IReadOnlyList<int> Sides { get; }

    /// <summary>For each size s of the pyramid (B, 3, s, s) in [-1, 1], all from the same crop.</summary>
    public float[][] Images { get; }

    /// <summary>(B, T) word numbers, padded with 0.</summary>
    public long[] CaptionIds { get; }

    /// <summary>T: words of the longest caption of this batch.</summary>
    public int MaxLength { get; }

    /// <summary>(B) words of each caption, at least 1.</summary>
    public long[] Lengths { get; }

    /// <summary>(B) equal numbers for images of the same class, the same in all batches of a loader.</summary>
    public long[] Classes { get; }

    /// <summary>The B images.</summary>
    public IReadOnlyList<CaptionedImage> Items { get; }

    /// <summary>The B captions that were drawn.</summary>
    public IReadOnlyList<EncodedCaption> Captions { get; }
}
