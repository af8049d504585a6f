using System.Runtime.InteropServices;
using AttnGan.Training.Configuration;
using AttnGan.Training.Trainers;
using TorchSharp;

var a = args.ToList();
string Get(string n, string d) { var i = a.IndexOf(n); return i < 0 ? d : a[i + 1]; }
torch.set_num_threads(int.Parse(Get("--threads", "2")));
var config = ConfigReader.Read(Get("--config", ""), [.. a.Zip(a.Skip(1)).Where(p => p.First == "--set").Select(p => p.Second)]);
using var cts = new CancellationTokenSource();
using var r1 = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => { c.Cancel = true; cts.Cancel(); });
using var r2 = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => { c.Cancel = true; cts.Cancel(); });
using var s = new TrainingSession(Get("--data", ""), config, Get("--run", ""), torch.CPU);
var resume = a.Contains("--resume") ? new ResumeFrom(null) : null;
var sw = System.Diagnostics.Stopwatch.StartNew();
var progress = new P(sw);
string kind = a[1];
bool ok = kind == "damsm" ? s.TrainDamsm(resume, progress, cts.Token) : s.TrainGan(null, resume, progress, cts.Token);
return ok ? 0 : 130;

internal sealed class P(System.Diagnostics.Stopwatch sw) : IProgress<TrainingProgress>
{
    long n; double t;
    public void Report(TrainingProgress value)
    {
        if (value is StepDone d) { n += d.BatchSize; if (d.Step % 20 == 0) { Console.WriteLine($"{d.Kind} {d.Step}/{d.Steps} e{d.Epoch} {n / (sw.Elapsed.TotalSeconds - t):f1} img/s " + string.Join(" ", d.Losses.Select(l => $"{l.Name} {l.Value:f3}"))); n = 0; t = sw.Elapsed.TotalSeconds; } }
        else Console.WriteLine(value is EpochEnded e ? "epoch " + e.Epoch + " " + string.Join(" ", e.Measures.Select(l => $"{l.Name} {l.Value:f3}")) : value.ToString());
    }
}
