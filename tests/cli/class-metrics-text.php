<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Reads gauges that both Prometheus' text format and OpenMetrics take, and nothing else.
 */
final class Metrics_Text {

	/**
	 * @return array<string, array<string, float>> Values by the gauge's name and its labels, as they are written.
	 * @throws \UnexpectedValueException When a line is none of the format.
	 */
	public static function gauges( string $text ): array {
		$name    = '[a-z][a-z0-9_]*';
		$escaped = '(?:[^\\\\"\n]|\\\\[\\\\"n])*';
		$gauges  = array();
		$types   = array();
		$current = '';

		if ( ! str_ends_with( $text, "\n# EOF\n" ) ) {
			throw new \UnexpectedValueException( 'It does not end with # EOF.' );
		}

		foreach ( explode( "\n", substr( $text, 0, -strlen( "\n# EOF\n" ) ) ) as $line ) {
			if ( 1 === preg_match( "/^# HELP ($name) ($escaped)$/", $line, $match ) && ! isset( $gauges[ $match[1] ] ) ) {
				$current            = $match[1];
				$gauges[ $current ] = array();
			} elseif ( 1 === preg_match( "/^# TYPE ($name) gauge$/", $line, $match ) && $match[1] === $current && ! isset( $types[ $current ] ) ) {
				$types[ $current ] = true;
			} elseif ( 1 === preg_match( "/^# UNIT ($name) (\w+)$/", $line, $match ) && $match[1] === $current && str_ends_with( $current, "_$match[2]" ) && array() === $gauges[ $current ] ) {
				continue;
			} elseif ( 1 === preg_match( "/^($name)(?:\{($name=\"$escaped\"(?:,$name=\"$escaped\")*)\})? (-?\d+(?:\.\d+)?)$/", $line, $match ) && $match[1] === $current && isset( $types[ $current ] ) && ! isset( $gauges[ $current ][ $match[2] ] ) ) {
				$gauges[ $current ][ $match[2] ] = (float) $match[3];
			} else {
				throw new \UnexpectedValueException( "This line does not belong here: $line" );
			}
		}

		return $gauges;
	}
}
