<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Diagnosis\Php\Extension_Problem;
use ClosteSync\Diagnosis\Php\Extension_Problem_Text;
use ClosteSync\Diagnosis\Php\Facts;
use ClosteSync\Diagnosis\Php\Facts_Reader;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Extension_Watch;

/**
 * Finds out whether this PHP has the extension, and what the network's other PHPs have noted; else why not and what to do.
 */
final class Extension_Check {

	/**
	 * @param ?Facts $php      Null: this one, read when it is asked for.
	 * @param string $stand_in What sends domains while no PHP has the extension, in words; '' when nothing does.
	 */
	public function __construct(
		private readonly Extension $extension,
		private readonly int $now,
		private ?Facts $php = null,
		private readonly string $stand_in = '',
	) {}

	public function here(): Finding {
		$label   = __( 'PHP extension', 'closte-sync' );
		$problem = $this->extension->problem();

		if ( null === $problem ) {
			return new Finding(
				'extension',
				$label,
				Severity::Ok,
				/* translators: %s: a version */
				sprintf( __( 'The PHP extension closte %s is loaded.', 'closte-sync' ), (string) $this->extension->version() )
			);
		}

		$problem .= $this->stand_in();
		$php      = $this->php();
		$obstacle = Extension_Problem::of( $php );

		if ( null === $obstacle ) {
			return new Finding( 'extension', $label, Severity::Error, $problem );
		}

		$text = Extension_Problem_Text::of( $obstacle, $php );

		return new Finding(
			'extension',
			$label,
			Severity::Error,
			implode( ' ', array_filter( array( $problem, $text->why, $this->other_that_has_it( $php ) ) ) ),
			$text->advice,
			lines: $text->lines
		);
	}

	/**
	 * What keeps this PHP from having it, as a word; '' when nothing does.
	 */
	public function obstacle(): string {
		return null === $this->extension->problem() ? '' : Extension_Problem::of( $this->php() )->value ?? '';
	}

	/**
	 * On the command line what web servers have, and the other way round: those that lack it, or have another version.
	 *
	 * @return list<Finding>
	 */
	public function elsewhere(): array {
		$is_terminal = $this->php()->is_command_line();
		$notes       = self::notes( ! $is_terminal );
		$findings    = array();

		if ( $is_terminal && array() === $notes ) {
			$findings[] = new Finding(
				'extension-elsewhere',
				__( 'PHP extension, web server', 'closte-sync' ),
				Severity::Skipped,
				__( 'Whether the web server’s PHP has the extension is not known yet: open Network Admin in a browser, then run this again.', 'closte-sync' )
			);
		}

		foreach ( $notes as $note ) {
			$findings[] = $this->of_another( $note['php'], $note['at'] );
		}

		return array_values( array_filter( $findings ) );
	}

	private function of_another( Facts $php, int $at ): ?Finding {
		$label    = $php->is_command_line()
			? __( 'PHP extension, command line', 'closte-sync' )
			: __( 'PHP extension, web server', 'closte-sync' );
		$obstacle = Extension_Problem::of( $php );
		$here     = $this->extension->version();
		/* translators: %s: a span of time */
		$when     = sprintf( __( 'Seen %s ago.', 'closte-sync' ), human_time_diff( $at, $this->now ) );

		if ( null !== $obstacle ) {
			$text = Extension_Problem_Text::of( $obstacle, $php );

			return new Finding(
				'extension-elsewhere',
				$label,
				$php->is_command_line() ? Severity::Warning : Severity::Error,
				implode(
					' ',
					array_filter(
						array(
							$php->is_command_line()
								/* translators: 1: version of PHP, 2: name of a server */
								? sprintf( __( 'The command line’s PHP %1$s on %2$s has no extension that fits: WP-CLI records changes and sends nothing.', 'closte-sync' ), $php->name(), $php->host )
								/* translators: 1: version of PHP, 2: name of a server */
								: sprintf( __( 'The web server’s PHP %1$s on %2$s has no extension that fits: changes are queued there and not sent.', 'closte-sync' ), $php->name(), $php->host ),
							$text->why,
							$when,
							$php->is_command_line() ? '' : __( 'If PHP was reloaded since, open Network Admin in a browser, then run this again.', 'closte-sync' ),
						)
					)
				),
				$text->advice,
				lines: $text->lines
			);
		}

		if ( null === $here || $here === $php->extension ) {
			return null;
		}

		return new Finding(
			'extension-elsewhere',
			$label,
			Severity::Warning,
			/* translators: 1: version of PHP, 2: name of a server, 3: version of the extension there, 4: version of the extension here */
			sprintf( __( 'PHP %1$s on %2$s has the extension %3$s, and this PHP has %4$s.', 'closte-sync' ), $php->name(), $php->host, (string) $php->extension, $here ) . ' ' . $when,
			__( 'Install the same version for both, and reload PHP.', 'closte-sync' )
		);
	}

	/**
	 * What sends domains while no PHP of this network does, in words.
	 */
	private function stand_in(): string {
		return '' === $this->stand_in || Extension_Watch::works_anywhere() ? '' : " $this->stand_in";
	}

	private function other_that_has_it( Facts $php ): string {
		foreach ( self::notes( ! $php->is_command_line() ) as $note ) {
			if ( null === Extension_Problem::of( $note['php'] ) ) {
				return sprintf(
					$php->is_command_line()
						/* translators: 1: version of PHP, 2: folder of its settings */
						? __( 'The web server’s PHP %1$s, with settings in %2$s, has the extension.', 'closte-sync' )
						/* translators: 1: version of PHP, 2: folder of its settings */
						: __( 'The command line’s PHP %1$s, with settings in %2$s, has the extension.', 'closte-sync' ),
					$note['php']->name(),
					'' === $note['php']->scan_dir ? $note['php']->ini_file : $note['php']->scan_dir
				);
			}
		}

		return '';
	}

	/**
	 * What PHPs of the command line, or of web servers, have noted.
	 *
	 * @return list<array{php: Facts, at: int}>
	 */
	private static function notes( bool $is_command_line ): array {
		$notes = array();

		foreach ( Extension_Watch::notes() as $note ) {
			$php = Facts::from_array( array_diff_key( $note, array( 'at' => 0 ) ) );

			if ( null !== $php && $is_command_line === $php->is_command_line() ) {
				$notes[] = array(
					'php' => $php,
					'at'  => $note['at'],
				);
			}
		}

		return $notes;
	}

	private function php(): Facts {
		return $this->php ??= Facts_Reader::read();
	}
}
