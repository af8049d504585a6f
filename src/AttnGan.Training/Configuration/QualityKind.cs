namespace AttnGan.Training.Configuration;

/// <summary>What selects the best checkpoint of GAN training.</summary>
public enum QualityKind
{
    /// <summary>
    /// Shapes where the captions describe scenes of shapes; recognition where the validation images name things or classes, unless
    /// ResNet-18 is the DAMSM's trunk; otherwise R-precision.
    /// </summary>
    Auto,

    /// <summary>Recognition and Fréchet distance of generated images in the features of ResNet-18.</summary>
    Recognition,

    /// <summary>R-precision and Fréchet distance of generated images by the independent DAMSM, otherwise by the DAMSM.</summary>
    RPrecision,

    /// <summary>The share of images that satisfy their caption, for scenes of shapes (<c>attngan dataset make shapes</c>).</summary>
    Shapes,
}
