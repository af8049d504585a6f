using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>
/// Computes the features of a frozen trunk once for each view of an image, and keeps them in 16 bits. Each view passes the trunk alone, and
/// new features are rounded like kept ones, so that they do not depend on what is kept or on the batch.
/// </summary>
internal sealed class TrunkFeatureCache : IDisposable
{
    private readonly ImageEncoder _encoder;
    private readonly TrunkShape _shape;
    private readonly IFeatureStore _store;
    private readonly int _imageSize;
    private readonly Device _device;

    /// <param name="encoder">The encoder with the trunk; not disposed with this object.</param>
    /// <param name="imageSize">Side of the views in pixels: the encoder's image size.</param>
    /// <param name="store">Keeps the features; disposed with this object.</param>
    /// <param name="device">The device of the encoder.</param>
    public TrunkFeatureCache(ImageEncoder encoder, int imageSize, IFeatureStore store, Device device)
    {
        (_encoder, _imageSize, _store, _device) = (encoder, imageSize, store, device);
        _shape = encoder.TrunkShape;
    }

    /// <summary>Creates the cache of a configuration.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <param name="encoder">The encoder with the trunk.</param>
    /// <param name="file">The file of the run folder for features; null to keep them in memory.</param>
    /// <param name="device">The device of the encoder.</param>
    /// <returns>Null if features are not kept.</returns>
    public static TrunkFeatureCache? Create(AttnGanConfig config, ImageEncoder encoder, string? file, Device device)
    {
        DamsmConfig damsm = config.Damsm;
        if (damsm.CacheFeatures == FeatureCacheKind.None)
        {
            return null;
        }

        int length = encoder.TrunkShape.Values;
        int capacity = (int)Math.Min(int.MaxValue, ((long)damsm.CacheMegabytes << 20) / (length * sizeof(ushort)));
        IFeatureStore store = damsm.CacheFeatures == FeatureCacheKind.File && file is not null
            ? new FileFeatureStore(file, encoder.TrunkChecksum(), length, capacity)
            : new MemoryFeatureStore(capacity);
        return new TrunkFeatureCache(encoder, config.ImageEncoder.ImageSize, store, device);
    }

    /// <summary>Returns true if the pixels of a view are needed because its features are not kept.</summary>
    public bool NeedsPixels(UInt128 key) => !_store.Contains(key);

    /// <summary>Returns the features of views.</summary>
    /// <exception cref="AttnGanException">The kept features of a view are damaged and its pixels are missing.</exception>
    public TrunkFeatures Features(IReadOnlyList<ImageView> views)
    {
        using DisposeScope scope = NewDisposeScope();
        int length = _shape.Values;
        var values = new Half[views.Count * length];
        for (int b = 0; b < views.Count; b++)
        {
            Span<Half> features = values.AsSpan(b * length, length);
            if (!_store.TryRead(views[b].Key, features))
            {
                Compute(views[b], features);
                _store.Add(views[b].Key, features);
            }
        }

        Tensor all = tensor(values, [views.Count, length]).to(_device).to(ScalarType.Float32);
        Tensor regions = all[.., .._shape.RegionValues].view(views.Count, _shape.Height, _shape.Width, _shape.Channels).permute(0, 3, 1, 2);
        Tensor global = all[.., _shape.RegionValues..].contiguous();
        return new TrunkFeatures(regions.MoveToOuterDisposeScope(), global.MoveToOuterDisposeScope());
    }

    public void Dispose() => _store.Dispose();

    private void Compute(ImageView view, Span<Half> features)
    {
        float[] pixels = view.Pixels ?? throw new AttnGanException(
            "Cached features of the image encoder are damaged. Resume the training (`--resume`): they are computed again.");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        TrunkFeatures computed = _encoder.RunTrunk(tensor(pixels, [1, 3, _imageSize, _imageSize], device: _device));
        Tensor flat = cat([computed.Regions.permute(0, 2, 3, 1).reshape(-1), computed.Global.view(-1)]); // regions channels-last
        flat.to(ScalarType.Float16).cpu().data<Half>().CopyTo(features);
    }
}
