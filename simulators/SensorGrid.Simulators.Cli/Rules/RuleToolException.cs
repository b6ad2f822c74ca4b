namespace SensorGrid.Simulators.Cli.Rules;

/// <summary>The command cannot be run as asked: every reason, one a line.</summary>
internal sealed class RuleToolException(IEnumerable<string> reasons, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, reasons), inner);
