using SensorGrid.Simulators.Stations;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>A station that reports what it is told to, and answers out of what it reported.</summary>
public interface IManualStation : IStation
{
    /// <summary>Keeps a report and sends it when its turn comes.</summary>
    /// <param name="report">What; values without a time were true now.</param>
    /// <param name="nowTicks">Now, UTC ticks.</param>
    /// <exception cref="Encoders.FrameEncodeException">It cannot be written, or too many wait for their acknowledgement.</exception>
    void Report(ReportLine report, long nowTicks);
}
