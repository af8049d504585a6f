using AttnGan.Generation;

// dotnet run -- MODEL.onnx CAPTION IMAGE.png
using var pipeline = TextToImagePipeline.Load(args[0]);
GeneratedImage image = pipeline.Generate(args[1], new GenerationOptions { Seed = 42, Attention = true });
image.Save(args[2]);
foreach (var stage in image.Attention)
{
    Console.WriteLine($"stage {stage.Stage}: {string.Join(", ", stage.TopWords(3).Select(word => $"{word.Word} {word.Weight:P0}"))}");
}
