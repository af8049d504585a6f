using System.Runtime.InteropServices;

namespace AttnGan.Cli.Hosting;

/// <summary>
/// Ctrl-C and SIGTERM as a request to come to an orderly end, for commands that heed it. A second one has the system's own effect:
/// the process ends at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int SignalExitCode = 128;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;

    /// <summary>130 after Ctrl-C, 143 after SIGTERM, as a shell would report it.</summary>
    public int ExitCode => _exitCode == 0 ? SignalExitCode + 2 : _exitCode;

    /// <summary>Called when the request comes in, on another thread than the command's.</summary>
    public Action? Requested { get; set; }

    /// <summary>From now on a signal cancels the token. Until then it ends the process, as there is nothing to bring to an end.</summary>
    public CancellationToken Listen()
    {
        if (_registrations.Count == 0)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, 2)));
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, 15)));
        }

        return _source.Token;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int number)
    {
        if (Interlocked.CompareExchange(ref _exitCode, SignalExitCode + number, 0) == 0)
        {
            context.Cancel = true;
            Requested?.Invoke();
            _source.Cancel();
        }
    }
}
