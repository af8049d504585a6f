namespace AttnGan.Imaging;

/// <summary>How text looks.</summary>
/// <param name="Size">Pixels of an em; capitals are about 0.7 of it high.</param>
/// <param name="Color">The color of the letters.</param>
/// <param name="Bold">Semi-bold instead of regular.</param>
internal readonly record struct TextStyle(float Size, RgbColor Color, bool Bold = false);
