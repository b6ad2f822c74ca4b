using System.CommandLine;
using SensorGrid.Simulators.FieldTools;
using SensorGrid.Simulators.FieldTools.Encoders;

namespace SensorGrid.Simulators.Cli.FieldTools;

/// <summary>The <c>encode</c> command: JSON as frames, for tests.</summary>
internal static class EncodeCommand
{
    public static Command Create(TimeProvider clock)
    {
        var protocol = new Argument<string>("PROTOCOL") { Description = "One of " + string.Join(", ", Encodings.Words) + "." };
        protocol.AcceptOnlyFromAmong([.. Encodings.Words]);
        var file = new Argument<string>("FILE") { Description = "A file of objects as decode prints them, one a line; - reads standard input.", DefaultValueFactory = _ => "-" };
        var command = new Command(
            "encode", "Write each object as the frame that decodes to it, one a line, as text or hexadecimal digits. Exit code 1 when one could not be written.")
        {
            protocol, file,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            string path = parsed.GetRequiredValue(file);
            string word = parsed.GetRequiredValue(protocol);
            bool hasError = false;
            try
            {
                await using var input = FieldInput.Open(path);
                using var reader = new StreamReader(input);
                for (int number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
                {
                    if (string.IsNullOrWhiteSpace(line))
                        continue;
                    try
                    {
                        output.WriteLine(FrameText.ToLine(Encodings.Encode(word, line, clock.GetUtcNow().UtcTicks)));
                    }
                    catch (FrameEncodeException e)
                    {
                        hasError = true;
                        await error.WriteLineAsync($"{path}:{number}: {e.Message}");
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync($"{path}: {e.Message}");
                return 2;
            }
            return hasError ? 1 : 0;
        });
        return command;
    }
}
