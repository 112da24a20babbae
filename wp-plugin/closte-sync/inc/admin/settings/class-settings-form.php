<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Settings\Settings;
use ClosteSync\Settings\Subdomain_Handling;
use ClosteSync\Settings\Www_Handling;
use ClosteSync\Text\Listing;
use ClosteSync\Text\Plain_Text;

/**
 * Reads the settings form as it was submitted. As on WordPress's own screens, a wrong field keeps the value that it had,
 * and the others are saved.
 */
final class Settings_Form {

	private const LONGEST_VALUE = 4000;

	/**
	 * What is wrong, in plain text, by field.
	 *
	 * @var array<string, string>
	 */
	private array $errors = array();

	/**
	 * @param array<mixed> $input   The fields, without slashes. One that is not there stays as it is.
	 * @param Settings     $current The settings as they are.
	 */
	public function __construct(
		private readonly array $input,
		private readonly Settings $current,
	) {}

	/**
	 * The settings to save. Afterwards errors() says what was left as it was.
	 */
	public function settings(): Settings {
		$this->errors = array();

		return $this->current->with(
			array(
				'enabled'        => ! empty( $this->input['enabled'] ),
				'check_interval' => $this->number(
					'check_interval',
					$this->current->check_interval,
					array( Settings::MIN_CHECK_INTERVAL, Settings::MAX_CHECK_INTERVAL ),
					/* translators: 1: lowest, 2: highest number of seconds */
					__( 'Enter a DNS check interval from %1$d to %2$d seconds, as a whole number.', 'closte-sync' )
				),
				'targets'        => $this->entries(
					'targets',
					$this->current->targets,
					/* translators: %s: what was entered, in quotation marks */
					static fn( int $count ): string => _n( '%s is not a valid IP address or host name. Enter one address per line.', '%s are not valid IP addresses or host names. Enter one address per line.', $count, 'closte-sync' )
				),
				'www'            => $this->choice(
					'www',
					$this->current->www,
					__( 'Choose how www names are handled.', 'closte-sync' )
				),
				'subdomains'     => $this->choice(
					'subdomains',
					$this->current->subdomains,
					__( 'Choose how subdomains are handled.', 'closte-sync' )
				),
				'resolvers'      => $this->entries(
					'resolvers',
					$this->current->resolvers,
					/* translators: %s: what was entered, in quotation marks */
					static fn( int $count ): string => _n( '%s is not a valid DNS resolver. Enter one IP address per line, with a port if it is not 53.', '%s are not valid DNS resolvers. Enter one IP address per line, with a port if it is not 53.', $count, 'closte-sync' )
				),
				'digest'         => ! empty( $this->input['digest'] ),
				'owner_mail'     => ! empty( $this->input['owner_mail'] ),
				'owners'         => ! empty( $this->input['owners'] ),
				'owner_limit'    => $this->number(
					'owner_limit',
					$this->current->owner_limit,
					array( Settings::MIN_OWNER_LIMIT, Settings::MAX_OWNER_LIMIT ),
					/* translators: 1: lowest, 2: highest number of domains */
					__( 'Enter a limit from %1$d to %2$d domains, as a whole number.', 'closte-sync' )
				),
			)
		);
	}

	/**
	 * What is wrong, in plain text, by field.
	 *
	 * @return array<string, string>
	 */
	public function errors(): array {
		return $this->errors;
	}

	/**
	 * @param int             $current What it is.
	 * @param array{int, int} $range   Lowest and highest.
	 * @param string          $error   With a placeholder for each of both.
	 */
	private function number( string $field, int $current, array $range, string $error ): int {
		if ( ! isset( $this->input[ $field ] ) ) {
			return $current;
		}

		list( $lowest, $highest ) = $range;

		$options = array( 'min_range' => $lowest, 'max_range' => $highest );
		$number  = filter_var( $this->input[ $field ], FILTER_VALIDATE_INT, array( 'options' => $options ) );

		if ( is_int( $number ) ) {
			return $number;
		}

		$this->errors[ $field ] = sprintf( $error, $lowest, $highest );

		return $current;
	}

	/**
	 * A field with one entry per line (or separated by commas).
	 *
	 * @param list<string>          $current What it is.
	 * @param callable(int): string $error   The error for a number of wrong entries, with %s for these.
	 * @return list<string>
	 */
	private function entries( string $field, array $current, callable $error ): array {
		$value = $this->input[ $field ] ?? null;

		if ( ! is_string( $value ) ) {
			return $current;
		}

		$entries = preg_split( '/\s*[\r\n,]\s*/', trim( substr( $value, 0, self::LONGEST_VALUE ) ), -1, PREG_SPLIT_NO_EMPTY );
		$entries = false === $entries ? array() : $entries;

		$is_wrong = static fn( string $entry ): bool => 1 === preg_match( '/\s/', $entry )
			|| array() === Settings::sanitize( array( $field => array( $entry ) ) )->$field;

		$wrong = array_filter( $entries, $is_wrong );

		if ( array() === $wrong ) {
			return $entries;
		}

		$count                  = count( $wrong );
		$this->errors[ $field ] = sprintf( $error( $count ), Listing::of( array_map( self::quoted( ... ), $wrong ), $count ) );

		return $current;
	}

	private static function quoted( string $entry ): string {
		/* translators: %s: what was entered */
		return sprintf( _x( '“%s”', 'quotation', 'closte-sync' ), Plain_Text::shorten( Plain_Text::of( $entry ), 60 ) );
	}

	/**
	 * @template T of Www_Handling|Subdomain_Handling
	 * @param T $current What it is.
	 */
	private function choice( string $field, Www_Handling|Subdomain_Handling $current, string $error ): Www_Handling|Subdomain_Handling {
		if ( ! isset( $this->input[ $field ] ) ) {
			return $current;
		}

		$chosen = is_string( $this->input[ $field ] ) ? $current::tryFrom( $this->input[ $field ] ) : null;

		if ( null === $chosen ) {
			$this->errors[ $field ] = $error;
			return $current;
		}

		return $chosen;
	}
}
