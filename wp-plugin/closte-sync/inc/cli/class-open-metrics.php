<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

/**
 * Collects gauges, and writes them so that Prometheus' text format and OpenMetrics both read them.
 */
final class Open_Metrics {

	/** @var array<string, string> What each gauge is, by name. */
	private array $help = array();

	/** @var array<string, list<string>> Lines of samples, by the gauge's name. */
	private array $samples = array();

	/**
	 * @param string                $name   Ends with the unit, if it has one.
	 * @param string                $help   One sentence.
	 * @param array<string, string> $labels By name.
	 */
	public function gauge( string $name, string $help, int $value, array $labels = array() ): void {
		$pairs = array_map(
			static fn( string $label, string $text ): string => sprintf( '%s="%s"', $label, self::escape( $text ) ),
			array_keys( $labels ),
			$labels
		);

		$this->help[ $name ]      = $help;
		$this->samples[ $name ][] = $name . ( array() === $pairs ? '' : '{' . implode( ',', $pairs ) . '}' ) . " $value";
	}

	public function text(): string {
		$lines = array();

		foreach ( $this->samples as $name => $samples ) {
			$lines[] = "# HELP $name " . self::escape( $this->help[ $name ] );
			$lines[] = "# TYPE $name gauge";

			if ( str_ends_with( $name, '_seconds' ) ) {
				$lines[] = "# UNIT $name seconds";
			}

			array_push( $lines, ...$samples );
		}

		return implode( "\n", array( ...$lines, '# EOF' ) ) . "\n";
	}

	private static function escape( string $text ): string {
		return str_replace( array( '\\', '"', "\n" ), array( '\\\\', '\\"', '\\n' ), $text );
	}
}
