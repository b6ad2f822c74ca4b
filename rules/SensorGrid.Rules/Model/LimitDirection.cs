namespace SensorGrid.Rules.Model;

/// <summary>On which side of its limit a value is bad.</summary>
public enum LimitDirection : byte
{
    /// <summary>Raised at value ≥ limit.</summary>
    Above = 0,

    /// <summary>Raised at value ≤ limit.</summary>
    Below = 1,
}
