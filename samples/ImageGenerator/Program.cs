using AttnGan.Extensions.AI;
using AttnGan.Generation;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

// dotnet run -- MODEL.onnx CAPTION IMAGE.png
var services = new ServiceCollection();
services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Debug));
services.AddAttnGan(args[0]);
services.AddImageGenerator(provider => provider.GetRequiredService<TextToImagePipeline>().AsIImageGenerator())
    .ConfigureOptions(options => options.ImageSize ??= new System.Drawing.Size(512, 512))
    .UseLogging();
await using ServiceProvider provider = services.BuildServiceProvider();

// From here on nothing is about AttnGAN: any other IImageGenerator would do.
var generator = provider.GetRequiredService<IImageGenerator>();
ImageGenerationResponse response = await generator.GenerateImagesAsync(args[1]);
DataContent image = response.Contents.OfType<DataContent>().Single();
await image.SaveToAsync(args[2]);
Console.WriteLine($"{args[2]}: seed {image.AdditionalProperties?[AttnGanImageProperties.Seed]}");
