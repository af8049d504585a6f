namespace AttnGan.Imaging;

/// <summary>The style of text.</summary>
/// <param name="Size">The font size in pixels per em; capitals are about 0.7 em high.</param>
/// <param name="Color">The color of the text.</param>
/// <param name="Bold">True for semi-bold, false for regular.</param>
internal readonly record struct TextStyle(float Size, RgbColor Color, bool Bold = false);
