namespace SensorGrid.Rules.Geofences;

/// <summary>Whether a distance shrinks: it has once it is less than the farthest so far by more than the hysteresis, and does until it is more than the
/// nearest since by more than the hysteresis. A receiver at rest, whose fixes wander by less than that, does not come nearer.</summary>
internal struct Closing
{
    private double turn;

    /// <summary>Nothing is known of the distance.</summary>
    public static Closing Unknown => new() { turn = double.NaN, Metres = double.NaN };

    public bool IsClosing { get; private set; }

    /// <summary>The newest distance; not a number when it is not known.</summary>
    public double Metres { get; private set; }

    /// <summary>The farthest while it goes away, the nearest while it comes.</summary>
    public readonly double Turn => turn;

    public void Take(double metres, double hysteresisMetres)
    {
        Metres = metres;
        if (IsClosing)
        {
            if (metres < turn)
                turn = metres;
            else if (metres > turn + hysteresisMetres)
                (IsClosing, turn) = (false, metres);
        }
        else if (metres < turn - hysteresisMetres)
        {
            (IsClosing, turn) = (true, metres);
        }
        else if (!(metres <= turn))
        {
            turn = metres;
        }
    }

    /// <summary>It is too far away to be measured.</summary>
    public void TakeFar() => (IsClosing, turn, Metres) = (false, double.PositiveInfinity, double.PositiveInfinity);

    public void Restore(bool isClosing, double at, double metres) => (IsClosing, turn, Metres) = (isClosing, at, metres);
}
