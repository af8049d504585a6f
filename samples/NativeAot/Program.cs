using System.Security.Cryptography;
using AttnGan.Generation;

// dotnet publish, then NativeAot MODEL.onnx CAPTION IMAGE.png. Prints the engine and a checksum of the image's pixels.
using var pipeline = TextToImagePipeline.Load(args[0]);
GeneratedImage image = pipeline.Generate(args[1], new GenerationOptions { Seed = 42, Attention = true });
image.Save(args[2]);
Console.WriteLine($"{pipeline.Engine}, {Convert.ToHexStringLower(SHA256.HashData(image.Image.Pixels))}");
